#include <charconv>

#include "cim/wql.hpp"
#include "cim/wql_lexer.hpp"

namespace tintype::cim {

namespace {

constexpr std::size_t most_steps = 1'000;
// To compare a text with a pattern takes time in proportion to the product of their lengths.
constexpr std::size_t longest_pattern = 1'000;

using Read = tl::expected<void, WqlError>;

class Parser {
  public:
    explicit Parser(std::string_view text) : lexer_(text) {}

    tl::expected<WqlQuery, WqlError> query() {
        if (auto read = advance(); !read) return tl::unexpected(read.error());
        tl::expected<WqlQuery, WqlError> result;
        if (is_word("SELECT")) {
            result = select();
        } else if (is_word("ASSOCIATORS")) {
            result = associators();
        } else if (is_word("REFERENCES")) {
            result = references();
        } else {
            return tl::unexpected(expected("SELECT, ASSOCIATORS OF or REFERENCES OF"));
        }
        if (result && token_.kind != WqlTokenKind::end) return tl::unexpected(expected("the end"));
        return result;
    }

  private:
    Read advance() { return lexer_.next(token_); }

    [[nodiscard]] bool is_word(std::string_view word) const {
        return token_.kind == WqlTokenKind::name && equal_names(token_.text, word);
    }
    [[nodiscard]] bool is_symbol(std::string_view symbol) const {
        return token_.kind == WqlTokenKind::symbol && token_.text == symbol;
    }
    [[nodiscard]] WqlError expected(std::string_view what) const {
        return wql_error(token_.position, "Expected " + std::string(what));
    }

    Read word(std::string_view what) {
        if (!is_word(what)) return tl::unexpected(expected(what));
        return advance();
    }
    Read symbol(std::string_view what) {
        if (!is_symbol(what)) return tl::unexpected(expected(what));
        return advance();
    }
    Read name(std::string& into, std::string_view what) {
        if (token_.kind != WqlTokenKind::name) return tl::unexpected(expected(what));
        into = token_.text;
        return advance();
    }

    tl::expected<WqlQuery, WqlError> select() {
        WqlSelect query;
        Read read = advance();
        if (read && is_symbol("*")) {
            read = advance();
        } else {
            while (read) {
                read = name(query.properties.emplace_back(), "* or the name of a property");
                if (!read || !is_symbol(",")) break;
                read = advance();
            }
        }
        if (read) read = word("FROM");
        if (read) read = name(query.class_name, "the name of a class");
        if (read && is_word("WHERE")) {
            read = advance();
            if (read) read = condition(query.condition);
        }
        if (!read) return tl::unexpected(std::move(read.error()));
        return query;
    }

    tl::expected<WqlQuery, WqlError> associators() {
        WqlAssociators query;
        Read read = object(query.object);
        if (read) {
            read = clauses(
                [&](std::string_view clause) -> std::string* {
                    if (equal_names(clause, "AssocClass")) return &query.association_class;
                    if (equal_names(clause, "ResultClass")) return &query.result_class;
                    if (equal_names(clause, "Role")) return &query.role;
                    if (equal_names(clause, "ResultRole")) return &query.result_role;
                    return nullptr;
                },
                query.keys_only);
        }
        if (!read) return tl::unexpected(std::move(read.error()));
        return query;
    }

    tl::expected<WqlQuery, WqlError> references() {
        WqlReferences query;
        Read read = object(query.object);
        if (read) {
            read = clauses(
                [&](std::string_view clause) -> std::string* {
                    if (equal_names(clause, "ResultClass")) return &query.result_class;
                    if (equal_names(clause, "Role")) return &query.role;
                    return nullptr;
                },
                query.keys_only);
        }
        if (!read) return tl::unexpected(std::move(read.error()));
        return query;
    }

    // `OF {path}`.
    Read object(ObjectPath& into) {
        Read read = advance();
        if (read) read = word("OF");
        if (!read) return read;
        if (token_.kind != WqlTokenKind::object) return tl::unexpected(expected("an object path in braces"));
        auto path = parse_object_path(token_.text);
        if (!path) return tl::unexpected(wql_error(token_.position, "The object path is none (" + path.error() + ")"));
        into = std::move(*path);
        return advance();
    }

    // `WHERE Name = value …`, each once, in any order; KeysOnly stands alone. No class here has qualifiers to tell.
    template <class Find>
    Read clauses(Find find, bool& keys_only) {
        if (!is_word("WHERE")) return {};
        Read read = advance();
        if (read && token_.kind != WqlTokenKind::name)
            return tl::unexpected(expected("a clause such as ResultClass = …"));
        while (read && token_.kind == WqlTokenKind::name) {
            if (is_word("KeysOnly")) {
                keys_only = true;
                read = advance();
                continue;
            }
            if (is_word("RequiredQualifier") || is_word("RequiredAssocQualifier")) {
                return tl::unexpected(
                    wql_error(token_.position, "Qualifiers can't be asked for: there is " + std::string(token_.text)));
            }
            if (is_word("ClassDefsOnly") || is_word("SchemaOnly")) {
                return tl::unexpected(
                    wql_error(token_.position,
                              "Only instances can be asked for, no classes: there is " + std::string(token_.text)));
            }
            auto* into = find(token_.text);
            if (into == nullptr) return tl::unexpected(expected("a clause that this query has"));
            if (!into->empty()) return tl::unexpected(expected("each clause once"));
            read = advance();
            if (read) read = symbol("=");
            if (read) read = name(*into, "a name");
        }
        return read;
    }

    // Dijkstra's shunting yard: operators wait on a stack of their own, so nesting costs no recursion.
    struct Waiting {
        enum Kind : std::uint8_t { open, negation, both, either } kind = open;
        std::size_t position = 0;
    };

    Read condition(WqlCondition& out) {
        std::vector<Waiting> waiting;
        bool operand_next = true;
        Read read;
        while (read) {
            if (out.size() + waiting.size() > most_steps) {
                return tl::unexpected(wql_error(token_.position, "The condition has too many terms"));
            }
            const auto position = token_.position;
            if (operand_next) {
                if (is_symbol("(") || is_word("NOT")) {
                    waiting.push_back({is_symbol("(") ? Waiting::open : Waiting::negation, position});
                    read = advance();
                } else {
                    read = test(out);
                    operand_next = false;
                }
            } else if (is_word("AND") || is_word("OR")) {
                const auto kind = is_word("AND") ? Waiting::both : Waiting::either;
                settle(out, waiting, kind == Waiting::both ? Waiting::both : Waiting::either);
                waiting.push_back({kind, position});
                operand_next = true;
                read = advance();
            } else if (is_symbol(")")) {
                settle(out, waiting, Waiting::either);
                if (waiting.empty())
                    return tl::unexpected(wql_error(position, "A parenthesis closes that was not opened"));
                waiting.pop_back();
                read = advance();
            } else {
                break;
            }
        }
        if (!read) return read;
        settle(out, waiting, Waiting::either);
        if (!waiting.empty()) {
            return tl::unexpected(wql_error(waiting.back().position, "A parenthesis is not closed; it opens"));
        }
        return {};
    }

    // Moves operators that bind at least as tightly as `than` (NOT, then AND, then OR) to the output.
    static void settle(WqlCondition& out, std::vector<Waiting>& waiting, Waiting::Kind than) {
        while (!waiting.empty() && waiting.back().kind != Waiting::open && waiting.back().kind <= than) {
            const auto kind = waiting.back().kind;
            out.emplace_back(kind == Waiting::negation ? WqlConnective::negation
                             : kind == Waiting::both   ? WqlConnective::both
                                                       : WqlConnective::either);
            waiting.pop_back();
        }
    }

    // `property op literal`, `literal op property`, `property IS [NOT] NULL`, `property [NOT] LIKE 'x'`, `p ISA 'c'`.
    Read test(WqlCondition& out) {
        if (token_.kind != WqlTokenKind::name || is_word("NULL") || is_word("TRUE") || is_word("FALSE")) {
            return reversed_comparison(out);
        }
        WqlComparison comparison;
        comparison.property = token_.text;
        Read read = advance();
        if (!read) return read;
        if (is_word("IS")) return null_test(out, std::move(comparison));
        if (is_word("ISA")) return isa_test(out, comparison.property);
        bool negated = false;
        if (is_word("NOT")) {
            negated = true;
            read = advance();
            if (read && !is_word("LIKE")) return tl::unexpected(expected("LIKE"));
        }
        if (read) read = comparison_operator(comparison.op);
        if (read) read = literal(comparison.literal);
        if (read && comparison.op == WqlOperator::like && !std::holds_alternative<std::string>(comparison.literal)) {
            return tl::unexpected(expected("a string after LIKE, before this"));
        }
        const auto* pattern = std::get_if<std::string>(&comparison.literal);
        if (comparison.op == WqlOperator::like && pattern != nullptr && pattern->size() > longest_pattern) {
            return tl::unexpected(wql_error(token_.position, "The pattern before this is too long"));
        }
        out.emplace_back(std::move(comparison));
        if (negated) out.emplace_back(WqlConnective::negation);
        return read;
    }

    Read reversed_comparison(WqlCondition& out) {
        WqlComparison comparison;
        Read read = literal(comparison.literal);
        if (read) read = comparison_operator(comparison.op);
        if (read) read = name(comparison.property, "the name of a property");
        switch (comparison.op) {
            case WqlOperator::less:
                comparison.op = WqlOperator::greater;
                break;
            case WqlOperator::less_equal:
                comparison.op = WqlOperator::greater_equal;
                break;
            case WqlOperator::greater:
                comparison.op = WqlOperator::less;
                break;
            case WqlOperator::greater_equal:
                comparison.op = WqlOperator::less_equal;
                break;
            case WqlOperator::equal:
            case WqlOperator::not_equal:
            case WqlOperator::like:
                break;
        }
        if (read && comparison.op == WqlOperator::like) return tl::unexpected(expected("a property before LIKE, not"));
        out.emplace_back(std::move(comparison));
        return read;
    }

    Read null_test(WqlCondition& out, WqlComparison comparison) {
        Read read = advance();
        if (read && is_word("NOT")) {
            comparison.op = WqlOperator::not_equal;
            read = advance();
        }
        if (read) read = word("NULL");
        out.emplace_back(std::move(comparison));
        return read;
    }

    Read isa_test(WqlCondition& out, std::string_view property) {
        if (!equal_names(property, "__this"))
            return tl::unexpected(expected("__this before ISA, not a property, before this"));
        Read read = advance();
        if (!read) return read;
        if (token_.kind != WqlTokenKind::string && token_.kind != WqlTokenKind::name) {
            return tl::unexpected(expected("the name of a class"));
        }
        out.emplace_back(WqlIsa{token_.kind == WqlTokenKind::string ? token_.value : std::string(token_.text)});
        return advance();
    }

    Read comparison_operator(WqlOperator& into) {
        if (is_word("LIKE")) {
            into = WqlOperator::like;
        } else if (is_symbol("=")) {
            into = WqlOperator::equal;
        } else if (is_symbol("!=") || is_symbol("<>")) {
            into = WqlOperator::not_equal;
        } else if (is_symbol("<")) {
            into = WqlOperator::less;
        } else if (is_symbol("<=")) {
            into = WqlOperator::less_equal;
        } else if (is_symbol(">")) {
            into = WqlOperator::greater;
        } else if (is_symbol(">=")) {
            into = WqlOperator::greater_equal;
        } else {
            return tl::unexpected(expected("a comparison"));
        }
        return advance();
    }

    Read literal(WqlLiteral& into) {
        if (token_.kind == WqlTokenKind::string) {
            into = std::move(token_.value);
        } else if (token_.kind == WqlTokenKind::number) {
            if (!number(token_.text, into)) return tl::unexpected(expected("a number"));
        } else if (is_word("TRUE") || is_word("FALSE")) {
            into = is_word("TRUE");
        } else if (is_word("NULL")) {
            into = WqlNull{};
        } else {
            return tl::unexpected(expected("a string, a number, TRUE, FALSE or NULL"));
        }
        return advance();
    }

    static bool number(std::string_view text, WqlLiteral& into) {
        if (text.front() == '+') text.remove_prefix(1);
        const auto* end = text.data() + text.size();
        std::int64_t whole = 0;
        if (const auto read = std::from_chars(text.data(), end, whole); read.ec == std::errc{} && read.ptr == end) {
            into = whole;
            return true;
        }
        double real = 0;
        const auto read = std::from_chars(text.data(), end, real);
        into = real;
        return read.ec == std::errc{} && read.ptr == end;
    }

    WqlLexer lexer_;
    WqlToken token_;
};

}  // namespace

tl::expected<WqlQuery, WqlError> parse_wql(std::string_view text) {
    return Parser(text).query();
}

}  // namespace tintype::cim
