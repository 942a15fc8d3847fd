# The tests, in seven kinds:
#   tests/<folder>/*.cpp   one Catch2 program test_<folder> and one ctest <folder>
#   every header           compiles alone: ctest header/<path>
#   tests/refuse/*.cpp     must not compile, and says why: ctest refuse/<name>
#   tests/consumer         a project outside the tree, built against the installed one: ctest consumer/<way>
#   tests/light            the light models of the Python package onnx: ctest light
#   tests/oracle           random networks through the tool, against Python's fractions: ctest oracle
#   tests/fuzz             coverage-guided fuzzers of the readers, where clang++ has libFuzzer: ctest fuzz
find_package(Catch2 REQUIRED)  # 2.13 or 3: tests/catch.hpp tells them apart
get_target_property(kind Catch2::Catch2 TYPE)
set(catch2_library)  # 2.13 is headers alone; 3 is a library, which tests that call the compiler themselves link too
if(NOT kind STREQUAL "INTERFACE_LIBRARY")
    set(catch2_library "$<TARGET_FILE:Catch2::Catch2>")
endif()

add_library(tercet_testing INTERFACE)
target_link_libraries(tercet_testing INTERFACE tercet Catch2::Catch2 Threads::Threads tercet::json)
target_include_directories(tercet_testing INTERFACE tests)
# The time goes into compiling; tests/flags runs the laws at -O0 to -O3.
target_compile_options(tercet_testing INTERFACE ${TERCET_WARNINGS} -O1)
target_compile_definitions(tercet_testing INTERFACE
    TERCET_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    TERCET_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared")  # data that may be absent
if(TARGET tercet_cli)
    target_compile_definitions(tercet_testing INTERFACE TERCET_CLI="$<TARGET_FILE:tercet_cli>")
endif()

file(GLOB sources CONFIGURE_DEPENDS tests/support/*.cpp)
add_library(test_main OBJECT tests/main.cpp ${sources})
target_link_libraries(test_main PRIVATE tercet_testing)

# What every test includes and what costs most, compiled once and shared.
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/empty.cpp" CONTENT "")
add_library(test_precompiled OBJECT "${PROJECT_BINARY_DIR}/empty.cpp")
target_link_libraries(test_precompiled PRIVATE tercet_testing)
target_precompile_headers(test_precompiled PRIVATE tests/catch.hpp <boost/multiprecision/gmp.hpp>)

file(GLOB folders LIST_DIRECTORIES true RELATIVE "${PROJECT_SOURCE_DIR}/tests" CONFIGURE_DEPENDS tests/*)
list(REMOVE_ITEM folders support refuse consumer flags oracle fuzz exporters hostile light)
foreach(folder IN LISTS folders)
    file(GLOB sources CONFIGURE_DEPENDS tests/${folder}/*.cpp)
    if(sources)
        add_executable(test_${folder} ${sources} $<TARGET_OBJECTS:test_main>)
        target_link_libraries(test_${folder} PRIVATE tercet_testing)
        target_precompile_headers(test_${folder} REUSE_FROM test_precompiled)
        set_target_properties(test_${folder} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
        add_test(NAME ${folder} COMMAND test_${folder})
        if(folder MATCHES "^(laws|layers|models|scalars)$")  # what runs on kernels, once more on those of every processor
            add_test(NAME ${folder}/portable COMMAND test_${folder})
            set_tests_properties(${folder}/portable PROPERTIES ENVIRONMENT TERCET_PROCESSOR=portable)
        endif()
    endif()
endforeach()

# Files that ask for huge things, through every command of the tool: tests/hostile/hostile.py says what else it can do.
find_package(Python3 COMPONENTS Interpreter)
# Not under a sanitizer, whose shadow is beyond any limit of address space.
if(Python3_FOUND AND TARGET tercet_cli AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    add_test(NAME hostile
        COMMAND Python3::Interpreter "${PROJECT_SOURCE_DIR}/tests/hostile/hostile.py" "$<TARGET_FILE:tercet_cli>")
    set_tests_properties(hostile PROPERTIES COST 60)
endif()

# The compiler as a user calls it, for one file and no output.
separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS}")
set(includes "$<TARGET_PROPERTY:test_main,INCLUDE_DIRECTORIES>")
set(syntax_only "${CMAKE_CXX_COMPILER}" ${flags} -std=c++20 -fsyntax-only "-I$<JOIN:${includes},$<SEMICOLON>-I>")

list(TRANSFORM TERCET_FOLDERS APPEND "/*.hpp" OUTPUT_VARIABLE patterns)
file(GLOB_RECURSE headers RELATIVE "${PROJECT_SOURCE_DIR}" CONFIGURE_DEPENDS ${patterns})
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")  # those of other processors refuse to compile
    list(FILTER headers EXCLUDE REGEX "_arm64\\.hpp$")
else()
    list(FILTER headers EXCLUDE REGEX "_x86\\.hpp$")
endif()
foreach(header IN LISTS headers)
    add_test(NAME header/${header} COMMAND ${syntax_only} ${TERCET_WARNINGS} -Werror -include tercet/${header} -x c++ /dev/null
        COMMAND_EXPAND_LISTS)
endforeach()

file(GLOB sources CONFIGURE_DEPENDS tests/refuse/*.cpp)
foreach(source IN LISTS sources)
    cmake_path(GET source STEM name)
    add_test(NAME refuse/${name} COMMAND "${CMAKE_COMMAND}" -P "${PROJECT_SOURCE_DIR}/cmake/refuse.cmake" "${source}" ${syntax_only}
        COMMAND_EXPAND_LISTS)
endforeach()

function(tercet_consumer way)
    add_test(NAME consumer/${way}
        COMMAND "${CMAKE_COMMAND}" -DWAY=${way} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DBUILD_DIR=${PROJECT_BINARY_DIR}
            -DGENERATOR=${CMAKE_GENERATOR} -DCOMPILER=${CMAKE_CXX_COMPILER} -DFLAGS=${CMAKE_CXX_FLAGS} -DLIBDIR=${CMAKE_INSTALL_LIBDIR}
            -P "${PROJECT_SOURCE_DIR}/tests/consumer/run.cmake")
endfunction()
tercet_consumer(install)
set_tests_properties(consumer/install PROPERTIES FIXTURES_SETUP installed_tree)
foreach(way plain hostile pkg-config)
    tercet_consumer(${way})
    set_tests_properties(consumer/${way} PROPERTIES FIXTURES_REQUIRED installed_tree SKIP_REGULAR_EXPRESSION "skipped: ")
endforeach()
tercet_consumer(subdirectory)
set_tests_properties(consumer/subdirectory PROPERTIES COST 100)  # compiles the library once more: start it first

# The library and what it needs, for tests that call the linker themselves.
set(library_files "$<TARGET_FILE:tercet>;${TERCET_mpfr_LIBRARY};${TERCET_gmp_LIBRARY};${TERCET_onnx_LIBRARY};${TERCET_protobuf_LIBRARY};${TERCET_zip_LIBRARY};${TERCET_zlib_LIBRARY};${TERCET_tbb_LIBRARY};-pthread")

# The law suite once more under the flags of users: g++ and clang++, whichever are here, from -O0 to what may fuse
# products with sums.
function(tercet_flags name compiler flags)
    add_test(NAME flags/${name}
        COMMAND "${CMAKE_COMMAND}" "-DNAME=${name}" "-DCOMPILER=${compiler}" "-DFLAGS=${CMAKE_CXX_FLAGS} ${flags}" -DSOURCE_DIR=${PROJECT_SOURCE_DIR}
            -DONLY=${ARGV3}
            -DBUILD_DIR=${PROJECT_BINARY_DIR} "-DINCLUDES=${includes}"
            "-DLINK=$<TARGET_OBJECTS:test_main>;${catch2_library};${library_files}"
            -P "${PROJECT_SOURCE_DIR}/tests/flags/run.cmake")
endfunction()
find_program(TERCET_GXX g++)
find_program(TERCET_CLANGXX NAMES clang++ clang++-19 clang++-18 clang++-14)
mark_as_advanced(TERCET_GXX TERCET_CLANGXX)
foreach(compiler GXX CLANGXX)
    if(TERCET_${compiler} AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")  # a sanitizer's runtime is one compiler's own
        string(TOLOWER ${compiler} prefix)
        tercet_flags(${prefix}-O0 "${TERCET_${compiler}}" "-O0")
        tercet_flags(${prefix}-O2 "${TERCET_${compiler}}" "-O2")
        tercet_flags(${prefix}-O3-native-fused "${TERCET_${compiler}}" "-O3 -march=native -ffp-contract=fast")
    endif()
endforeach()
# Flags that clang++ tells no header about keep the bits of Float64 and Float32; the laws of test code itself need not
# hold under them.
if(TERCET_CLANGXX AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    tercet_flags(clangxx-reciprocal "${TERCET_CLANGXX}" "-O3 -freciprocal-math" bits_test.cpp)
    tercet_flags(clangxx-unsafe "${TERCET_CLANGXX}" "-O3 -march=native -funsafe-math-optimizations" bits_test.cpp)
endif()
# What g++ says of its own is refused by name.
if(TERCET_GXX AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_test(NAME refuse/extended_precision COMMAND "${CMAKE_COMMAND}" -P "${PROJECT_SOURCE_DIR}/cmake/refuse.cmake"
        "${PROJECT_SOURCE_DIR}/tests/flags/extended_precision.cpp" "${TERCET_GXX}" -std=c++20 -fsyntax-only -mfpmath=387
        "-I$<JOIN:${includes},$<SEMICOLON>-I>" COMMAND_EXPAND_LISTS)
endif()

# The tool against an exact oracle of its own for half a minute; tests/oracle/oracle.py --seconds runs it for longer.
find_program(TERCET_PYTHON python3)
mark_as_advanced(TERCET_PYTHON)
if(TARGET tercet_cli AND TERCET_PYTHON)
    add_test(NAME oracle COMMAND "${TERCET_PYTHON}" -B "${PROJECT_SOURCE_DIR}/tests/oracle/oracle.py" --tool "$<TARGET_FILE:tercet_cli>"
        --seconds 30 --keep "${PROJECT_BINARY_DIR}/oracle-failure")
else()
    add_test(NAME oracle COMMAND "${CMAKE_COMMAND}" -E echo "skipped: the oracle needs python3 and the tool")
    set_tests_properties(oracle PROPERTIES SKIP_REGULAR_EXPRESSION "skipped: ")
endif()

# A minute of fuzzing in all; build/fuzz/read_onnx and its like run on for hours (CONTRIBUTING.md).
if(TERCET_CLANGXX AND TERCET_PYTHON AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    add_test(NAME fuzz COMMAND "${CMAKE_COMMAND}" "-DCOMPILER=${TERCET_CLANGXX}" -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DBUILD_DIR=${PROJECT_BINARY_DIR}
        "-DINCLUDES=${includes}" "-DLINK=${library_files}" "-DPYTHON=${TERCET_PYTHON}" -DSECONDS=15
        "-DREADERS=onnx;npy;npz;vnnlib" -P "${PROJECT_SOURCE_DIR}/tests/fuzz/run.cmake")
    set_tests_properties(fuzz PROPERTIES COST 110)  # compiles io/ once more: start it early
else()
    add_test(NAME fuzz COMMAND "${CMAKE_COMMAND}" -E echo "skipped: the fuzzers need clang++, python3 and a build without sanitizers")
endif()
set_tests_properties(fuzz PROPERTIES SKIP_REGULAR_EXPRESSION "skipped: ")

# What exporters write by default, where they are installed: another Python is named by -DTERCET_PYTHON=...
if(TARGET tercet_cli AND TERCET_PYTHON)
    add_test(NAME exporters COMMAND "${TERCET_PYTHON}" -B "${PROJECT_SOURCE_DIR}/tests/exporters/exporters.py" $<TARGET_FILE:tercet_cli>)
    set_tests_properties(exporters PROPERTIES SKIP_REGULAR_EXPRESSION "0 models: none")
    add_test(NAME light COMMAND "${TERCET_PYTHON}" -B "${PROJECT_SOURCE_DIR}/tests/light/light.py" $<TARGET_FILE:tercet_cli>)
    set_tests_properties(light PROPERTIES SKIP_REGULAR_EXPRESSION "skipped: ")
endif()
