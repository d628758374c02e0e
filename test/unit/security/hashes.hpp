#pragma once

namespace tintype::test {

/// Hashes of one password, as mkpasswd(1) and htpasswd(1) make them; at low cost where the kind allows it.
inline constexpr const char* hashed_password = "secret";
inline constexpr const char* yescrypt_hash = "$y$j75$abcdefghijk.$Z//it0bU5RPfPO42gHrM64PCSJhTMQ.h8JvxR9lPSH6";
inline constexpr const char* bcrypt_hash = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
inline constexpr const char* sha512_hash =
    "$6$rounds=1000$saltstring$2BkAo106CG84raQcWpAlhyy6TSSkAsL1nfvBCoezLYyerUzY2l8axTvq6NynEt7SQAx3/cdop9ds0po8uaeHq0";
inline constexpr const char* sha256_hash = "$5$rounds=1000$saltstring$AH5PD0i.riCRu4BNDy9v7OPV7u3dfLBApcXI6khquVA";

}  // namespace tintype::test
