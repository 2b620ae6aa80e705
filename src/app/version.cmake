# Run at every build: what git calls this tree, written into version.hpp when it has changed.
# cmake -D SOURCE_DIR=... -D OUTPUT=... -D PROJECT_VERSION=... -D COMPILER=... -P version.cmake
find_package(Git QUIET)
set(FACTORIZE_GIT_COMMIT unknown)
if(GIT_FOUND)
    execute_process(COMMAND ${GIT_EXECUTABLE} describe --always --dirty --abbrev=12 WORKING_DIRECTORY ${SOURCE_DIR}
                    OUTPUT_VARIABLE git_commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE git_status)
    if(git_status EQUAL 0)
        set(FACTORIZE_GIT_COMMIT ${git_commit})
    endif()
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/version.hpp.in ${OUTPUT} @ONLY)
