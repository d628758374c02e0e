#include "tintype/cim/object_path.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "ascii/ascii.hpp"

namespace tintype::cim {
namespace {

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) noexcept {
    return (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool is_slash(char c) noexcept {
    return c == '\\' || c == '/';
}
constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Reads one path from left to right and never looks at a character more than a few times.
class PathReader {
  public:
    explicit PathReader(std::string_view text) : text_(text) {
        while (!text_.empty() && is_blank(text_.back())) text_.remove_suffix(1);
        skip_blanks();
    }

    tl::expected<ObjectPath, std::string> read() {
        if (read_host() && read_namespace() && read_class() && read_keys()) return std::move(path_);
        return tl::make_unexpected(std::move(error_));
    }

  private:
    bool read_host() {
        if (text_.size() - at_ < 2 || !is_slash(text_[at_]) || !is_slash(text_[at_ + 1])) return true;
        at_ += 2;
        const std::size_t begin = at_;
        while (!at_end() && !is_slash(text_[at_])) {
            const char c = text_[at_];
            if (is_blank(c) || c == '"' || c == '\'' || c == '=' || static_cast<unsigned char>(c) < 0x20)
                return fail("a host name can't hold this character");
            ++at_;
        }
        if (at_ == begin) return fail("a host name is missing after the two slashes");
        if (at_end()) return fail("a namespace is missing after the host name");
        path_.host = text_.substr(begin, at_ - begin);
        return true;
    }

    // A namespace is there if a colon comes before anything that ends a class name.
    bool read_namespace() {
        const std::size_t end = text_.find_first_of(":.=\"'", at_);
        if (end == std::string_view::npos || text_[end] != ':') {
            if (!path_.host.empty()) return fail("a namespace and a colon are missing after the host name");
            return true;
        }
        if (is_slash(text_[at_])) ++at_;
        std::size_t segment = at_;
        for (; at_ <= end; ++at_) {
            const char c = text_[at_];
            if (is_slash(c) || c == ':') {
                if (at_ == segment) return fail("a part of the namespace is empty");
                segment = at_ + 1;
                if (c != ':') path_.cim_namespace += '/';
            } else if (is_letter(c) || is_digit(c) || c == '-') {
                path_.cim_namespace += c;
            } else {
                return fail("a namespace can't hold this character");
            }
        }
        return true;
    }

    bool read_class() {
        path_.class_name = read_name();
        if (path_.class_name.empty()) return fail("expected the name of a class");
        return true;
    }

    bool read_keys() {
        skip_blanks();
        if (at_end()) return true;
        if (take('=')) {
            skip_blanks();
            if (!take('@')) return fail("expected @ for a singleton, or a dot and the name of a key before the =");
            return at_end() || fail("expected the end after =@");
        }
        if (!take('.')) return fail("expected a dot and the keys after the class");
        do {
            skip_blanks();
            if (path_.keys.size() == max_keys) return fail("too many keys");
            if (!read_key()) return false;
            skip_blanks();
        } while (take(','));
        return at_end() || fail("expected a comma or the end after a key");
    }

    bool read_key() {
        const std::size_t begin = at_;
        Key key{std::string(read_name()), {}};
        if (key.name.empty()) return fail("expected the name of a key");
        if (path_.key(key.name) != nullptr) {
            at_ = begin;
            return fail("the key " + key.name + " is named twice");
        }
        skip_blanks();
        if (!take('=')) return fail("expected = after the name of a key");
        skip_blanks();
        if (!read_value(key.value)) return false;
        path_.keys.push_back(std::move(key));
        return true;
    }

    bool read_value(std::string& value) {
        if (!at_end() && (text_[at_] == '"' || text_[at_] == '\'')) return read_quoted(value);
        const std::size_t begin = at_;
        while (!at_end() && text_[at_] != ',' && !is_blank(text_[at_])) {
            if (text_[at_] == '"' || text_[at_] == '\'' || text_[at_] == '=')
                return fail("a value that is no number needs quotes");
            ++at_;
        }
        if (at_ == begin) return fail("expected the value of a key");
        value = text_.substr(begin, at_ - begin);
        return true;
    }

    bool read_quoted(std::string& value) {
        const std::size_t begin = at_;
        const char quote = text_[at_++];
        while (!at_end()) {
            char c = text_[at_++];
            if (c == quote) return true;
            if (c == '\\' && !at_end() && (text_[at_] == '\\' || text_[at_] == '"' || text_[at_] == '\''))
                c = text_[at_++];
            value += c;
        }
        at_ = begin;
        return fail("the quote that begins here is not closed");
    }

    std::string_view read_name() {
        const std::size_t begin = at_;
        if (!at_end() && is_letter(text_[at_]))
            while (!at_end() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
        return text_.substr(begin, at_ - begin);
    }

    [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
    void skip_blanks() noexcept {
        while (!at_end() && is_blank(text_[at_])) ++at_;
    }
    bool take(char c) noexcept {
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    bool fail(std::string_view what) {
        error_ = "Object path, byte " + std::to_string(at_ + 1) + ": ";
        error_ += what;
        error_ += '.';
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    ObjectPath path_;
    std::string error_;
};

}  // namespace

const std::string* ObjectPath::key(std::string_view name) const noexcept {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const Key& k) { return equal_names(k.name, name); });
    return found == keys.end() ? nullptr : &found->value;
}

tl::expected<ObjectPath, std::string> parse_object_path(std::string_view text) {
    return PathReader(text).read();
}

std::string to_string(const ObjectPath& path) {
    std::string out;
    out.reserve(path.host.size() + path.cim_namespace.size() + path.class_name.size() + 64 * path.keys.size() + 8);
    if (!path.cim_namespace.empty()) {
        if (!path.host.empty()) out.append("\\\\").append(path.host).append("\\");
        for (const char c : path.cim_namespace) out += c == '/' ? '\\' : c;
        out += ':';
    }
    out += path.class_name;
    char separator = '.';
    for (const Key& key : path.keys) {
        out += separator;
        out.append(key.name).append("=\"");
        for (std::string_view rest = key.value; !rest.empty();) {
            const auto special = std::min(rest.find_first_of("\"\\"), rest.size());
            out += rest.substr(0, special);
            rest.remove_prefix(special);
            if (rest.empty()) break;
            out += '\\';
            out += rest.front();
            rest.remove_prefix(1);
        }
        out += '"';
        separator = ',';
    }
    return out;
}

bool is_name(std::string_view text) noexcept {
    return !text.empty() && is_letter(text.front()) &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

std::string normal_namespace(std::string_view text) {
    while (!text.empty() && is_slash(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_slash(text.back())) text.remove_suffix(1);
    std::string out(text);
    std::replace(out.begin(), out.end(), '\\', '/');
    return out;
}

bool equal_names(std::string_view a, std::string_view b) noexcept {
    // Names that are the same are mostly so to the letter.
    if (a.size() != b.size()) return false;
    return std::memcmp(a.data(), b.data(), a.size()) == 0 || ascii::same(a, b);
}

}  // namespace tintype::cim
