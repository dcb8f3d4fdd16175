//===- Lexer.h - Stan text to tokens ----------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the tokens. Keywords are identifiers to the lexer: the parser knows where a word is one.
// All of a program is lexed at once, included files in place, so that the parser may look ahead freely.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_STAN_LEXER_H
#define ASTRAGAL_COMPILER_STAN_LEXER_H

#include "compiler/stan/Source.h"

namespace astragal::stan {

enum class TokenKind : uint8_t {
  End,
  Invalid, // diagnosed by the lexer
  Identifier,
  Int,
  Real,
  Imag,      // 3i, with the i
  DotNumber, // .5: a real, or the slot of a tuple after an expression
  String,    // without the quotes
  LeftBrace,
  RightBrace,
  LeftParen,
  RightParen,
  LeftBracket,
  RightBracket,
  Less,
  Greater,
  LessEqual,
  GreaterEqual,
  EqualEqual,
  NotEqual,
  Comma,
  Semicolon,
  Bar,
  Question,
  Colon,
  Not,
  Plus,
  Minus,
  Star,
  Slash,
  Percent,
  IntDivide,
  Backslash,
  DotStar,
  DotSlash,
  Caret,
  DotCaret,
  Quote,
  OrOr,
  AndAnd,
  Tilde,
  Assign,
  PlusAssign,
  MinusAssign,
  StarAssign,
  SlashAssign,
  DotStarAssign,
  DotSlashAssign,
};

/// How messages name a kind: "';'", "an identifier".
llvm::StringRef describe(TokenKind kind);

struct Token {
  TokenKind kind = TokenKind::End;
  SourceRange range;
  llvm::StringRef text;

  bool is(TokenKind other) const { return kind == other; }
  bool isWord(llvm::StringRef word) const { return kind == TokenKind::Identifier && text == word; }
};

/// The tokens of file `file` and of what it includes; the last is End. Bad characters are reported and become
/// Invalid.
std::vector<Token> lex(SourceManager &sources, unsigned file, Diagnostics &diagnostics);

} // namespace astragal::stan

#endif // ASTRAGAL_COMPILER_STAN_LEXER_H
