# The target scbpf_pages: man pages and completions, made by the program itself
# as it is built, so that they say what it says.
add_executable(scbpf_man_page cli/man_page.cc)
target_compile_definitions(scbpf_man_page PRIVATE
  SCBPF_VERSION="${PROJECT_VERSION}")

set(pages ${PROJECT_BINARY_DIR}/share)
add_custom_command(OUTPUT ${pages}/stamp
  COMMAND ${CMAKE_COMMAND} -DSCBPF=$<TARGET_FILE:scbpf>
    -DMAN_PAGE=$<TARGET_FILE:scbpf_man_page> -DINTO=${pages}
    -P ${CMAKE_CURRENT_LIST_DIR}/WritePages.cmake
  DEPENDS scbpf scbpf_man_page ${CMAKE_CURRENT_LIST_DIR}/WritePages.cmake
  VERBATIM)
add_custom_target(scbpf_pages ALL DEPENDS ${pages}/stamp)
install(DIRECTORY ${pages}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}
  COMPONENT program)
install(DIRECTORY ${pages}/completions/ DESTINATION ${CMAKE_INSTALL_DATADIR}
  COMPONENT program)
