# cmake -DOUT=FILE -DVERSION=… -DBUILT_BY=… -DHEADERS=FILE,… -P build_id.cmake
#
# Writes a header with what program and module have to have in common, so that calls between them mean the same: the
# version, what both were compiled by, and the headers that they share. Its name for that is the same wherever it was built.
cmake_minimum_required(VERSION 3.25)
set(seen "${BUILT_BY}")
string(REPLACE "," ";" HEADERS "${HEADERS}")
foreach(header IN LISTS HEADERS)
  file(SHA256 "${header}" of_header)
  string(APPEND seen "\n${of_header}")
endforeach()
string(SHA256 seen "${seen}")
string(SUBSTRING "${seen}" 0 16 seen)
file(CONFIGURE OUTPUT "${OUT}" CONTENT "#define TINTYPE_BUILD_ID \"@VERSION@ @seen@\"\n" @ONLY)
