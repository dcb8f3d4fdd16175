//===- ParserImpl.h - the recursive descent parser --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the parser's class, private to the Parser*.cpp files. A parse function that fails has
// reported why and returns null (or false); its caller gives up too, up to the statement or block that knows
// where to go on.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_STAN_PARSERIMPL_H
#define ASTRAGAL_COMPILER_STAN_PARSERIMPL_H

#include "compiler/stan/Lexer.h"
#include "compiler/stan/Parser.h"

namespace astragal::stan {

/// True for a word that cannot name a variable or function.
bool isReservedWord(llvm::StringRef word);

class Parser {
public:
  Parser(Program &program, std::vector<Token> tokens, Diagnostics &diagnostics, const ParseOptions &options)
      : program(program), tokens(std::move(tokens)), diagnostics(diagnostics), options(options) {}

  void parseProgram();
  void parseLibrary();

private:
  //===--------------------------------------------------------------------===//
  // Tokens and recovery (Parser.cpp)
  //===--------------------------------------------------------------------===//

  const Token &peek(size_t ahead = 0) const { return tokens[std::min(at + ahead, tokens.size() - 1)]; }
  bool isAt(TokenKind kind) const { return peek().is(kind); }
  bool atWord(llvm::StringRef word) const { return peek().isWord(word); }
  const Token &next() {
    const Token &token = peek();
    if (at + 1 < tokens.size())
      ++at;
    return token;
  }
  bool accept(TokenKind kind);
  bool acceptWord(llvm::StringRef word);
  /// Reports "expected ... " unless the token is there.
  bool expect(TokenKind kind, const llvm::Twine &after = "");
  /// The next token, as a message quotes it.
  std::string describeNext() const;
  /// The name of the program block that begins here, or nothing.
  llvm::StringRef blockAhead() const;
  /// Takes the '}' that belongs to an opening brace, or says which brace lacks it.
  void closeBrace(SourceRange open);
  bool isReserved(llvm::StringRef word) const;
  bool expectName(llvm::StringRef &name, SourceRange &range);

  /// Reports at the current token, once per token; returns null for any pointer.
  std::nullptr_t fail(const llvm::Twine &message);
  std::nullptr_t fail(SourceRange range, const llvm::Twine &message);

  SourceRange from(SourceRange begin) const { return {begin.begin, lastEnd()}; }
  Position lastEnd() const { return at ? tokens[at - 1].range.end : peek().range.begin; }

  /// Skips to the end of a broken statement: past the next ';' or a whole block, or before '}'.
  void skipStatement();
  /// Skips a balanced { ... }, the current token being the opening brace.
  void skipBraces();

  bool tooDeep();
  struct DepthGuard {
    explicit DepthGuard(unsigned &depth) : depth(++depth) {}
    ~DepthGuard() { --depth; }
    unsigned &depth;
  };

  //===--------------------------------------------------------------------===//
  // Blocks and functions (Parser.cpp)
  //===--------------------------------------------------------------------===//

  BlockStmt *parseTopBlock(Origin origin);
  void parseFunctions(bool inBlock);
  FunctionDecl *parseFunction();
  VarDecl *parseArgument();
  void skipFunction();

  //===--------------------------------------------------------------------===//
  // Types and declarations (ParserTypes.cpp)
  //===--------------------------------------------------------------------===//

  enum class TypeContext { Top, Local, Signature };

  bool atType() const;
  TypeSpec *parseType(TypeContext context);
  TypeSpec *parseUnsizedType();
  bool parseArrayDims(TypeSpec &spec, bool sized);
  bool parseConstraint(TypeSpec &spec, TypeContext context);
  bool parseSizes(TypeSpec &spec, unsigned least, unsigned most, llvm::StringRef name);
  bool parseTupleSlots(TypeSpec &spec, TypeContext context);
  void finishType(TypeSpec &spec, SourceRange begin);
  Stmt *parseDeclaration(Origin origin, bool isTop);
  bool parseOldArrayDims(VarDecl &variable);

  //===--------------------------------------------------------------------===//
  // Statements (ParserStatements.cpp)
  //===--------------------------------------------------------------------===//

  /// Statements up to the closing brace, which is consumed.
  List<Stmt *> parseBody(Origin origin, bool isTop);
  Stmt *parseStatement(Origin origin, bool isTop = false);
  Stmt *parseStatementHere(Origin origin, bool isTop);
  bool atArrayVariate() const;
  Stmt *parseExpressionStatement();
  Stmt *parseAssignment(Expr *target);
  Stmt *parseTilde(Expr *variate);
  bool parseTruncation(TildeStmt &tilde);
  Stmt *parseFor(Origin origin);
  Stmt *parseIf(Origin origin);
  Stmt *parseWhile(Origin origin);
  Stmt *parseProfile(Origin origin);
  Stmt *parseReturn();
  template <typename Node> Stmt *parsePrintLike();
  Stmt *parseAddTo(bool toTarget);
  bool checkLValue(Expr *expr);

  //===--------------------------------------------------------------------===//
  // Expressions (ParserExpressions.cpp)
  //===--------------------------------------------------------------------===//

  Expr *parseExpr();
  /// An expression without comparison, logic or ?:, as inside < > of a constraint.
  Expr *parseConstraintExpr();
  Expr *parseBinary(unsigned least);
  Expr *parsePrefix();
  Expr *parsePower();
  Expr *parsePostfix();
  Expr *parsePrimary();
  Expr *parseIndices(Expr *base);
  bool parseIndex(Index &index);
  Expr *parseSlot(Expr *base);
  Expr *parseCall();
  Expr *parseParenthesized();
  bool parseExprList(TokenKind close, llvm::SmallVectorImpl<Expr *> &list);
  Expr *parseNumber();
  /// Gives the node its range and height; null if it is too tall.
  Expr *finish(Expr *expr, SourceRange begin, llvm::ArrayRef<Expr *> children = {});

  template <typename Node> Node *make() { return program.make<Node>(); }

  Program &program;
  std::vector<Token> tokens;
  size_t at = 0;
  Diagnostics &diagnostics;
  const ParseOptions &options;
  unsigned depth = 0;
  Position lastFailure;
  bool hasReportedBrace = false; // braces around the one that lacks its '}' lack theirs too
  /// The first pair of braces whose lines are not indented alike: there the missing brace may belong.
  std::pair<SourceRange, SourceRange> misaligned;
  unsigned openArrays = 0; // array literals around the current token
};

} // namespace astragal::stan

#endif // ASTRAGAL_COMPILER_STAN_PARSERIMPL_H
