# Faults of processes: workers that die, stop, hang or err, and jobs that lose their launcher.

# `factorize` with rows that go wrong where a test says; the program that users get knows nothing of it.
add_executable(factorize_faulty ${PROJECT_SOURCE_DIR}/src/app/factorize_main.cpp
               ${CMAKE_CURRENT_LIST_DIR}/faulty_range_source.cpp)
target_link_libraries(factorize_faulty PRIVATE factorize_app CLI11::CLI11)

factorize_fault_tests("FACTORIZE_FAULTY=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/factorize_faulty" guard lost_worker stop wrong_result)
