// URLs of listeners: what is read is written so that it is read as the same. And what clients say that they turned to.
#include "fuzz_input.hpp"
#include "http/url.hpp"

using namespace tintype;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    const auto text = fuzz::text_of(data, size);
    const auto path = http::path_of(text);
    if (path.find('?') != std::string_view::npos) fuzz::expect_none("a path with a query: " + std::string(path));
    const auto url = http::parse_listener_url(text);
    if (!url) {
        if (url.error().empty()) fuzz::expect_none("refused without a word");
        return 0;
    }
    if (url->host.empty() || !url->path.starts_with('/')) fuzz::expect_none("no host or no path: " + url->text());
    const auto authority = url->text().substr(url->tls ? 8 : 7);
    if (!http::is_authority(std::string_view(authority).substr(0, authority.find('/'))))
        fuzz::expect_none("a listener that no Host field can name: " + url->text());
    const auto again = http::parse_listener_url(url->text());
    if (!again) fuzz::expect_none(url->text() + " is not read again: " + again.error());
    if (again->tls != url->tls || again->host != url->host || again->port != url->port || again->path != url->path)
        fuzz::expect_none(url->text() + " becomes " + again->text());
    return 0;
}
