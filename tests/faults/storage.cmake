# Faults of the storage: rank 0 killed at any write, full disks, damaged files, two runs at once.
enable_language(C)
add_library(crash_injector MODULE ${CMAKE_CURRENT_LIST_DIR}/crash_injector.c)
set_target_properties(crash_injector PROPERTIES PREFIX "" C_STANDARD 11)
target_link_libraries(crash_injector PRIVATE ${CMAKE_DL_LIBS} Threads::Threads)

factorize_fault_tests("CRASH_INJECTOR=$<TARGET_FILE:crash_injector>" crash storage two_runs verify)
