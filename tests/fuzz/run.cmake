# The fuzzers of the readers: io/ and tests/fuzz compiled by clang with coverage and AddressSanitizer, linked against
# the library as it was built, and run for SECONDS each from seeds that are made here. What they find stays in
# BUILD_DIR/fuzz, and the next run starts from it. COMPILER, SOURCE_DIR, BUILD_DIR, INCLUDES, LINK (lists), PYTHON,
# SECONDS, and READERS (a list of onnx, npy, npz, vnnlib).
cmake_minimum_required(VERSION 3.22)

set(here "${BUILD_DIR}/fuzz")
set(flags -std=c++20 -O1 -g1 -w -fno-omit-frame-pointer -DONNX_NAMESPACE=onnx -DONNX_ML=1)
list(TRANSFORM INCLUDES PREPEND "-I")
file(REMOVE_RECURSE "${here}/objects")  # a source that went away would leave its object
file(MAKE_DIRECTORY "${here}/objects")

file(WRITE "${here}/probe.cpp" "extern \"C\" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }\n")
execute_process(COMMAND "${COMPILER}" -fsanitize=fuzzer,address probe.cpp -o probe WORKING_DIRECTORY "${here}" RESULT_VARIABLE status
    OUTPUT_QUIET ERROR_QUIET)
if(NOT status EQUAL 0)
    message(STATUS "skipped: ${COMPILER} has no libFuzzer (on Debian: libclang-rt-dev)")
    return()
endif()

execute_process(COMMAND "${PYTHON}" -B "${SOURCE_DIR}/tests/fuzz/seeds.py" "${here}/seeds" RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "fuzz: the seeds cannot be made")
endif()

file(GLOB folders LIST_DIRECTORIES true RELATIVE "${SOURCE_DIR}/io" "${SOURCE_DIR}/io/*")
foreach(folder IN LISTS folders)  # two folders may have sources of one name
    file(MAKE_DIRECTORY "${here}/objects/${folder}")
    file(GLOB sources "${SOURCE_DIR}/io/${folder}/*.cpp")
    execute_process(COMMAND "${COMPILER}" ${flags} -fsanitize=fuzzer-no-link,address ${INCLUDES} -c ${sources}
        WORKING_DIRECTORY "${here}/objects/${folder}" RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "fuzz: io/${folder} does not compile with ${COMPILER}")
    endif()
endforeach()
file(GLOB_RECURSE objects "${here}/objects/*.o")

foreach(reader IN LISTS READERS)
    execute_process(COMMAND "${COMPILER}" ${flags} -fsanitize=fuzzer,address ${INCLUDES} "${SOURCE_DIR}/tests/fuzz/read_${reader}.cpp" ${objects}
        ${LINK} -o "${here}/read_${reader}" RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "fuzz: read_${reader} does not link")
    endif()
    file(MAKE_DIRECTORY "${here}/corpus/${reader}")
    set(crash "${here}/crash-${reader}-")
    # What a file may ask for lies below the limit of what is resident.
    execute_process(COMMAND "${CMAKE_COMMAND}" -E env TERCET_MEMORY=512M
        "${here}/read_${reader}" -max_total_time=${SECONDS} -max_len=8192 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
        "-artifact_prefix=${crash}" "${here}/corpus/${reader}" "${here}/seeds/${reader}"
        RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "fuzz: read_${reader} failed on the file ${crash}*:\n${output}")
    endif()
    string(REGEX MATCHALL "stat::[^\n]*" figures "${output}")
    string(REGEX MATCH "DONE[^\n]*" done "${output}")
    message(STATUS "read_${reader}: ${done}; ${figures}")
endforeach()
