//===- Lexer.cpp - Stan text to tokens --------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lexer.h"

#include "llvm/ADT/StringExtras.h"

using namespace astragal::stan;
using llvm::StringRef;

namespace {

struct Punctuation {
  StringRef text;
  TokenKind kind;
};

// Longer spellings before their prefixes.
constexpr Punctuation punctuation[] = {
    {".*=", TokenKind::DotStarAssign},
    {"./=", TokenKind::DotSlashAssign},
    {"%/%", TokenKind::IntDivide},
    {"<=", TokenKind::LessEqual},
    {">=", TokenKind::GreaterEqual},
    {"==", TokenKind::EqualEqual},
    {"!=", TokenKind::NotEqual},
    {".*", TokenKind::DotStar},
    {"./", TokenKind::DotSlash},
    {".^", TokenKind::DotCaret},
    {"||", TokenKind::OrOr},
    {"&&", TokenKind::AndAnd},
    {"+=", TokenKind::PlusAssign},
    {"-=", TokenKind::MinusAssign},
    {"*=", TokenKind::StarAssign},
    {"/=", TokenKind::SlashAssign},
    {"{", TokenKind::LeftBrace},
    {"}", TokenKind::RightBrace},
    {"(", TokenKind::LeftParen},
    {")", TokenKind::RightParen},
    {"[", TokenKind::LeftBracket},
    {"]", TokenKind::RightBracket},
    {"<", TokenKind::Less},
    {">", TokenKind::Greater},
    {",", TokenKind::Comma},
    {";", TokenKind::Semicolon},
    {"|", TokenKind::Bar},
    {"?", TokenKind::Question},
    {":", TokenKind::Colon},
    {"!", TokenKind::Not},
    {"+", TokenKind::Plus},
    {"-", TokenKind::Minus},
    {"*", TokenKind::Star},
    {"/", TokenKind::Slash},
    {"%", TokenKind::Percent},
    {"\\", TokenKind::Backslash},
    {"^", TokenKind::Caret},
    {"'", TokenKind::Quote},
    {"~", TokenKind::Tilde},
    {"=", TokenKind::Assign},
};

/// Includes nest at most this deep; a cycle is found earlier, by name.
constexpr unsigned maxIncludeDepth = 64;
/// Files that include others twice over multiply quickly.
constexpr unsigned maxIncludes = 4096;

class Lexer {
public:
  Lexer(SourceManager &sources, Diagnostics &diagnostics, std::vector<Token> &tokens)
      : sources(sources), diagnostics(diagnostics), tokens(tokens) {}

  void lexFile(unsigned file, unsigned depth);

private:
  SourceRange range(size_t begin, size_t end) const {
    return {sources.position(file, begin), sources.position(file, end)};
  }
  void add(TokenKind kind, size_t begin, size_t end) {
    tokens.push_back({kind, range(begin, end), text.slice(begin, end)});
    at = end;
  }
  char peek(size_t ahead = 0) const { return at + ahead < text.size() ? text[at + ahead] : '\0'; }
  bool startsWith(StringRef prefix) const { return text.substr(at).starts_with(prefix); }

  void lexOne(unsigned depth);
  void skipBlockComment();
  void lexHash(unsigned depth);
  void lexNumber();
  void lexString();
  size_t digitsFrom(size_t position) const;

  SourceManager &sources;
  Diagnostics &diagnostics;
  std::vector<Token> &tokens;
  unsigned file = 0;
  StringRef text;
  size_t at = 0;
};

} // namespace

static bool isWordCharacter(char c) { return llvm::isAlnum(c) || c == '_'; }

void Lexer::lexFile(unsigned newFile, unsigned depth) {
  file = newFile;
  text = sources.text(file);
  at = 0;
  if (text.starts_with("\xEF\xBB\xBF")) // a byte order mark
    at = 3;
  while (at < text.size() && !diagnostics.hasReachedLimit())
    lexOne(depth);
}

void Lexer::lexOne(unsigned depth) {
  char c = peek();
  if (llvm::isSpace(c)) {
    ++at;
  } else if (startsWith("//")) {
    at = std::min(text.find('\n', at), text.size());
  } else if (startsWith("/*")) {
    skipBlockComment();
  } else if (c == '#') {
    lexHash(depth);
  } else if (c == '"') {
    lexString();
  } else if (llvm::isDigit(c) || (c == '.' && llvm::isDigit(peek(1)))) {
    lexNumber();
  } else if (llvm::isAlpha(c)) {
    size_t end = at;
    while (end < text.size() && isWordCharacter(text[end]))
      ++end;
    add(TokenKind::Identifier, at, end);
  } else {
    for (const Punctuation &candidate : punctuation)
      if (candidate.text.front() == text[at] && startsWith(candidate.text))
        return add(candidate.kind, at, at + candidate.text.size());
    size_t end = at + 1;
    if (c == '_')
      while (end < text.size() && isWordCharacter(text[end]))
        ++end;
    else if (c & 0x80) // one message for a word of foreign letters
      while (end < text.size() && (text[end] & 0x80))
        ++end;
    diagnostics.error(range(at, end), c == '_' ? "an identifier starts with a letter" : "invalid character");
    add(TokenKind::Invalid, at, end);
  }
}

void Lexer::skipBlockComment() {
  size_t end = text.find("*/", at + 2);
  if (end == StringRef::npos) {
    diagnostics.error(range(at, at + 2), "unterminated comment");
    at = text.size();
  } else {
    at = end + 2;
  }
}

void Lexer::lexHash(unsigned depth) {
  size_t start = at;
  size_t lineEnd = std::min(text.find('\n', at), text.size());
  if (!startsWith("#include") || isWordCharacter(peek(8))) {
    diagnostics.error(range(start, start + 1),
                      "comments that start with '#' were removed from Stan, use '//'");
    at = lineEnd;
    return;
  }
  StringRef rest = text.slice(at + 8, lineEnd).trim();
  StringRef name;
  if (rest.starts_with("\"") || rest.starts_with("<")) {
    size_t close = rest.find(rest[0] == '"' ? '"' : '>', 1);
    name = rest.slice(1, close);
    at = close == StringRef::npos ? lineEnd : rest.data() + close + 1 - text.data();
  } else {
    name = rest.take_until([](char c) { return llvm::isSpace(c); });
    at = name.empty() ? lineEnd : name.end() - text.data();
  }
  SourceRange where = range(start, at);
  if (name.empty())
    return diagnostics.error(where, "'#include' expects a file name");
  if (depth >= maxIncludeDepth || sources.includes(where.begin, name))
    return diagnostics.error(where, "'" + name + "' includes itself");
  if (sources.fileCount() > maxIncludes)
    return diagnostics.error(where, "too many included files");
  std::optional<unsigned> included = sources.addInclude(name, where.begin);
  if (!included)
    return diagnostics.error(where, "cannot find the included file '" + name + "'");
  unsigned outerFile = file;
  size_t outerAt = at;
  lexFile(*included, depth + 1);
  file = outerFile;
  text = sources.text(file);
  at = outerAt;
}

/// The end of the digits at `position`; groups may be set apart by single underscores.
size_t Lexer::digitsFrom(size_t position) const {
  while (position < text.size() && (llvm::isDigit(text[position]) ||
                                    (text[position] == '_' && position + 1 < text.size() &&
                                     llvm::isDigit(text[position - 1]) && llvm::isDigit(text[position + 1]))))
    ++position;
  return position;
}

void Lexer::lexNumber() {
  size_t end = digitsFrom(at);
  TokenKind kind = TokenKind::Int;
  if (end < text.size() && text[end] == '.') {
    // `2.*x` is 2. * x, as in stanc: the longest number wins.
    kind = end == at ? TokenKind::DotNumber : TokenKind::Real;
    end = digitsFrom(end + 1);
  }
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    size_t digits = end + 1;
    if (digits < text.size() && (text[digits] == '+' || text[digits] == '-'))
      ++digits;
    if (digits < text.size() && llvm::isDigit(text[digits])) {
      kind = TokenKind::Real;
      end = digitsFrom(digits);
    }
  }
  bool moreWord = end + 1 < text.size() && isWordCharacter(text[end + 1]);
  if (end < text.size() && text[end] == 'i' && !moreWord) {
    kind = TokenKind::Imag;
    ++end;
  }
  add(kind, at, end);
}

void Lexer::lexString() {
  size_t end = text.find_first_of("\"\n", at + 1);
  if (end == StringRef::npos || text[end] == '\n') {
    end = std::min(end, text.size());
    diagnostics.error(range(at, at + 1), "unterminated string");
    return add(TokenKind::Invalid, at, end);
  }
  tokens.push_back({TokenKind::String, range(at, end + 1), text.slice(at + 1, end)});
  at = end + 1;
}

StringRef astragal::stan::describe(TokenKind kind) {
  switch (kind) {
  case TokenKind::End:
    return "the end of the file";
  case TokenKind::Invalid:
    return "an invalid character";
  case TokenKind::Identifier:
    return "an identifier";
  case TokenKind::Int:
  case TokenKind::Real:
  case TokenKind::Imag:
  case TokenKind::DotNumber:
    return "a number";
  case TokenKind::String:
    return "a string";
#define SPELL(name, text)                                                                                    \
  case TokenKind::name:                                                                                      \
    return "'" text "'";
    SPELL(LeftBrace, "{")
    SPELL(RightBrace, "}")
    SPELL(LeftParen, "(")
    SPELL(RightParen, ")")
    SPELL(LeftBracket, "[")
    SPELL(RightBracket, "]")
    SPELL(Less, "<")
    SPELL(Greater, ">")
    SPELL(LessEqual, "<=")
    SPELL(GreaterEqual, ">=")
    SPELL(EqualEqual, "==")
    SPELL(NotEqual, "!=")
    SPELL(Comma, ",")
    SPELL(Semicolon, ";")
    SPELL(Bar, "|")
    SPELL(Question, "?")
    SPELL(Colon, ":")
    SPELL(Not, "!")
    SPELL(Plus, "+")
    SPELL(Minus, "-")
    SPELL(Star, "*")
    SPELL(Slash, "/")
    SPELL(Percent, "%")
    SPELL(IntDivide, "%/%")
    SPELL(Backslash, "\\")
    SPELL(DotStar, ".*")
    SPELL(DotSlash, "./")
    SPELL(Caret, "^")
    SPELL(DotCaret, ".^")
    SPELL(Quote, "\\'")
    SPELL(OrOr, "||")
    SPELL(AndAnd, "&&")
    SPELL(Tilde, "~")
    SPELL(Assign, "=")
    SPELL(PlusAssign, "+=")
    SPELL(MinusAssign, "-=")
    SPELL(StarAssign, "*=")
    SPELL(SlashAssign, "/=")
    SPELL(DotStarAssign, ".*=")
    SPELL(DotSlashAssign, "./=")
#undef SPELL
  }
  return "";
}

std::vector<Token> astragal::stan::lex(SourceManager &sources, unsigned file, Diagnostics &diagnostics) {
  std::vector<Token> tokens;
  tokens.reserve(sources.text(file).size() / 4);
  Lexer lexer(sources, diagnostics, tokens);
  lexer.lexFile(file, 0);
  size_t size = sources.text(file).size();
  Position end = sources.position(file, size);
  tokens.push_back({TokenKind::End, {end, end}, ""});
  return tokens;
}
