# cmake --install: programs, manual, completion, scripts and examples, and the library `numbers` as a CMake package.
# cpack -G DEB: the same as a Debian package.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS factors factorize RUNTIME COMPONENT programs)
install(FILES app/man/factors.1 app/man/factorize.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT programs)
foreach(program factors factorize)
    install(FILES app/completion/${program}.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
            RENAME ${program} COMPONENT programs)
    install(FILES app/completion/_${program} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT programs)
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/slurm DESTINATION ${CMAKE_INSTALL_DATADIR}/factorize COMPONENT programs)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/examples DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT programs
        USE_SOURCE_PERMISSIONS PATTERN "__pycache__" EXCLUDE PATTERN "build.sh" EXCLUDE PATTERN "quickstart.sh" EXCLUDE
        PATTERN "install_dependencies.sh" EXCLUDE)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${PROJECT_SOURCE_DIR}/CITATION.cff
        DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT programs)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright COMPONENT programs)

# find_package(factorize) gives factorize::numbers.
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/factorize)
set_target_properties(factorize_numbers PROPERTIES EXPORT_NAME numbers)
install(TARGETS factorize_numbers factorize_flags EXPORT factorize COMPONENT library
        FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/factorize)
install(EXPORT factorize NAMESPACE factorize:: FILE factorize-config.cmake DESTINATION ${package_dir} COMPONENT library)
write_basic_package_version_file(factorize-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/factorize-config-version.cmake DESTINATION ${package_dir} COMPONENT library)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_CONTACT "The factorize developers")
set(CPACK_PACKAGE_DESCRIPTION "Lists all factors of every integer of huge ranges and lists, on one machine or a cluster with
MPI, and gathers them in one certified HDF5 file. With the filter `factors` for pipelines.")
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL programs)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_NAME factorize)
set(CPACK_DEBIAN_PROGRAMS_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_DEPENDS openmpi-bin)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SUGGESTS "python3-h5py, python3-matplotlib, python3-pandas, hdf5-tools")
set(CPACK_COMPONENT_PROGRAMS_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_STRIP_FILES ON)
include(CPack)
