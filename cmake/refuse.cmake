# cmake -P refuse.cmake <source> <compiler> <flags>...: passes where the compiler rejects the source with the sentence
# that its first line names ("// expect: <part of the sentence>"), and accepts the same file under TERCET_ACCEPT, so
# that no other mistake is the reason.
cmake_minimum_required(VERSION 3.22)

math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE 3 ${last})
    list(APPEND arguments "${CMAKE_ARGV${i}}")
endforeach()
list(POP_FRONT arguments source)

file(STRINGS "${source}" first LIMIT_COUNT 1)
if(NOT first MATCHES "^// expect: (.+)$")
    message(FATAL_ERROR "${source}: the first line must be \"// expect: <part of the sentence>\", got \"${first}\"")
endif()
set(expected "${CMAKE_MATCH_1}")

execute_process(COMMAND ${arguments} -DTERCET_ACCEPT "${source}" RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "${source}: must compile with TERCET_ACCEPT, but:\n${output}")
endif()

execute_process(COMMAND ${arguments} "${source}" RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(status EQUAL 0)
    message(FATAL_ERROR "${source}: must not compile, but does")
endif()
string(FIND "${output}" "${expected}" place)
if(place EQUAL -1)
    message(FATAL_ERROR "${source}: refused, but without the sentence \"${expected}\":\n${output}")
endif()
