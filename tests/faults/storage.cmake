# Faults of the storage: rank 0 killed at any write, full disks, damaged files, two runs at once.
enable_language(C)
add_library(crash_injector MODULE ${CMAKE_CURRENT_LIST_DIR}/crash_injector.c)
set_target_properties(crash_injector PROPERTIES PREFIX "" C_STANDARD 11)
target_link_libraries(crash_injector PRIVATE ${CMAKE_DL_LIBS} Threads::Threads)

foreach(name crash storage two_runs)
    set(command ${FACTORIZE_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/${name}_test.py)
    set(environment "FACTORIZE=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/factorize;MPIRUN=${MPIEXEC_EXECUTABLE};CRASH_INJECTOR=$<TARGET_FILE:crash_injector>;${mpi_environment}")
    add_test(NAME faults.${name} COMMAND ${command})
    set_tests_properties(faults.${name} PROPERTIES LABELS faults PROCESSORS ${cores} TIMEOUT 300 ENVIRONMENT "${environment}")
    add_test(NAME campaign.${name} COMMAND ${command}) # ctest -L campaign, hours before a release
    set_tests_properties(campaign.${name} PROPERTIES LABELS campaign PROCESSORS ${cores} TIMEOUT 7200 ENVIRONMENT
                         "FACTORIZE_CAMPAIGN_TRIALS=full;${environment}")
endforeach()
