// Of a function that several files have, the program that is linked keeps the copy of the first of them, and in the
// daemon that is a file built small. Nearly everything that a request goes through copies, appends and compares texts,
// so these are kept as they are here, built to be quick: an object of the program's own comes before all archives. Each
// other function of a text that were here, too, would be put into its callers everywhere (docs/performance.md).
#include <string>
#include <string_view>

// What append() and assign() come to. They have no public name that isn't also put into callers.
template std::string& std::basic_string<char>::_M_append(const char*, std::size_t);
template std::string& std::basic_string<char>::_M_replace(std::size_t, std::size_t, const char*, std::size_t);
template class std::basic_string_view<char>;
