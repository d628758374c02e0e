#pragma once
/// \file
/// The bytes of an HTTP answer.

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace tintype::http {

/// `Date:` as RFC 9110 6.6.1 wants it, made once a second. Not for several threads.
class DateField {
  public:
    /// The whole line with its line end.
    [[nodiscard]] const std::string& line();

  private:
    std::time_t second_ = -1;
    std::string line_;
};

struct Answer {
    unsigned status = 200;
    std::string_view content_type;  ///< Empty: no such field.
    std::string_view body;
    std::vector<std::string> challenges;  ///< A WWW-Authenticate field each, whatever the status.
    std::string_view allow = "POST";      ///< With 405: what may be done.
    bool head_only = false;               ///< To a HEAD: the body's size is told, the body is not sent.
    bool close = false;                   ///< The connection ends with this answer.
    bool http_1_0 = false;                ///< The client speaks HTTP/1.0, to which keeping alive must be said.
};

/// Head and body in one piece, so that they leave in one write. Replaces what is in `out`.
void write_answer(const Answer& answer, DateField& date, std::string& out);

}  // namespace tintype::http
