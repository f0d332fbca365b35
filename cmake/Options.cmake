# Compiler settings of every target of this project, and of no target of a
# project that uses it.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
if(NOT PROJECT_IS_TOP_LEVEL)
  # The project above links what our libraries name.
  set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
endif()

include_directories(${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR})

option(SCBPF_WERROR "Treat warnings as errors" OFF)
set(SCBPF_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them")

add_compile_options(-Wall -Wextra -Wshadow)
# g++ 12 says both wrongly of strings that are put together (GCC bugs 105329
# and 105562).
add_compile_options("$<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>"
  "$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>")
if(SCBPF_WERROR)
  add_compile_options(-Werror)
endif()
# The same bytes from every folder; without debug information no path is left
# in the program as it is.
add_compile_options(
  "$<$<CONFIG:Debug,RelWithDebInfo>:-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.>")
if(SCBPF_SANITIZE)
  add_compile_options(-fsanitize=${SCBPF_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SCBPF_SANITIZE})
endif()

find_program(SCBPF_CCACHE ccache)
if(SCBPF_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SCBPF_CCACHE})
endif()
