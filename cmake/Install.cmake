# What `cmake --install` puts where, in two parts: "program" (scbpf, its man
# pages, completions, example profiles and texts) and "development" (headers,
# archives, what CMake and pkg-config need to find them).
include(CMakePackageConfigHelpers)

set(names headers arch syscall_tables bpf proof compiler runtime)
set(rooms ${names})
list(TRANSFORM rooms PREPEND scbpf_)
foreach(name IN LISTS names)
  set_target_properties(scbpf_${name} PROPERTIES EXPORT_NAME ${name})
endforeach()
install(TARGETS ${rooms} EXPORT scbpf
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY include/scbpf DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT development FILES_MATCHING PATTERN *.h)

set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/scbpf)
install(EXPORT scbpf NAMESPACE scbpf:: FILE scbpfTargets.cmake
  DESTINATION ${config_dir} COMPONENT development)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/scbpfConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES cmake/scbpfConfig.cmake
  ${PROJECT_BINARY_DIR}/scbpfConfigVersion.cmake
  DESTINATION ${config_dir} COMPONENT development)

# The prefix is found from the file's own place, so that it may move.
file(RELATIVE_PATH SCBPF_PREFIX
  /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" SCBPF_PREFIX ${SCBPF_PREFIX})
set(modules scbpf)
if(SCBPF_PROGRAM)
  list(APPEND modules libscbpf)
endif()
foreach(module IN LISTS modules)
  configure_file(cmake/${module}.pc.in ${module}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${module}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endforeach()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libscbpf-dev
  COMPONENT development)

if(SCBPF_PROGRAM)
  include(cmake/Pages.cmake)
  install(TARGETS scbpf RUNTIME COMPONENT program)
  install(DIRECTORY examples/ DESTINATION ${CMAKE_INSTALL_DATADIR}/scbpf
    COMPONENT program FILES_MATCHING PATTERN *.json)
  install(FILES README.md CHANGELOG.md LICENSE
    DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
  install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}
    COMPONENT program FILES_MATCHING PATTERN *.md)
endif()
