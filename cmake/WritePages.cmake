# Writes man pages and completions below INTO. Which verbs there are the
# program SCBPF says; MAN_PAGE turns help into a page.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${INTO})
file(MAKE_DIRECTORY ${INTO}/man/man1)

execute_process(COMMAND ${SCBPF} --help OUTPUT_VARIABLE help
  COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "^.*\nVerbs:\n" "" list "${help}")
# Not "^": it would match again behind each match.
string(REGEX MATCHALL "\n  [a-z]+ " verbs "\n${list}")
list(TRANSFORM verbs STRIP)
if(NOT verbs)
  message(FATAL_ERROR "scbpf --help lists no verbs")
endif()

execute_process(COMMAND ${SCBPF} --help COMMAND ${MAN_PAGE}
  OUTPUT_FILE ${INTO}/man/man1/scbpf.1 COMMAND_ERROR_IS_FATAL ANY)
foreach(verb IN LISTS verbs)
  execute_process(COMMAND ${SCBPF} ${verb} --help COMMAND ${MAN_PAGE}
    OUTPUT_FILE ${INTO}/man/man1/scbpf-${verb}.1 COMMAND_ERROR_IS_FATAL ANY)
endforeach()

set(bash bash-completion/completions/scbpf)
set(zsh zsh/vendor-completions/_scbpf)
set(fish fish/vendor_completions.d/scbpf.fish)
file(MAKE_DIRECTORY ${INTO}/completions)
if("completion" IN_LIST verbs)
  foreach(shell bash zsh fish)
    cmake_path(GET ${shell} PARENT_PATH folder)
    file(MAKE_DIRECTORY ${INTO}/completions/${folder})
    execute_process(COMMAND ${SCBPF} completion ${shell}
      OUTPUT_FILE ${INTO}/completions/${${shell}} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endif()
file(TOUCH ${INTO}/stamp)
