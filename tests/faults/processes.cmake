# Faults of processes: workers that die, stop, hang or err, and jobs that lose their launcher.

# `factorize` with rows that go wrong where a test says; the program that users get knows nothing of it.
add_executable(factorize_faulty ${PROJECT_SOURCE_DIR}/src/app/factorize_main.cpp
               ${CMAKE_CURRENT_LIST_DIR}/faulty_range_source.cpp)
target_link_libraries(factorize_faulty PRIVATE factorize_app CLI11::CLI11)

foreach(name guard lost_worker stop wrong_result)
    set(command ${FACTORIZE_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/${name}_test.py)
    set(environment "FACTORIZE=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/factorize;FACTORIZE_FAULTY=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/factorize_faulty;MPIRUN=${MPIEXEC_EXECUTABLE};${mpi_environment}")
    add_test(NAME faults.${name} COMMAND ${command})
    set_tests_properties(faults.${name} PROPERTIES LABELS faults PROCESSORS ${cores} TIMEOUT 300 ENVIRONMENT "${environment}")
    add_test(NAME campaign.${name} COMMAND ${command})
    set_tests_properties(campaign.${name} PROPERTIES LABELS campaign PROCESSORS ${cores} TIMEOUT 7200 ENVIRONMENT
                         "FACTORIZE_CAMPAIGN_TRIALS=full;${environment}")
endforeach()
