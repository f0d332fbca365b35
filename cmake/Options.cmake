# Compiler settings that every target shares.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

option(SCBPF_WERROR "Treat warnings as errors" OFF)
set(SCBPF_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them")

add_library(scbpf_options INTERFACE)
target_compile_options(scbpf_options INTERFACE -Wall -Wextra -Wshadow)
if(SCBPF_WERROR)
  target_compile_options(scbpf_options INTERFACE -Werror)
endif()
if(SCBPF_SANITIZE)
  add_compile_options(-fsanitize=${SCBPF_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SCBPF_SANITIZE})
endif()

find_program(SCBPF_CCACHE ccache)
if(SCBPF_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SCBPF_CCACHE})
endif()
