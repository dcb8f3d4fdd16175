//===- TypeCheckerImpl.h - the type checker's class -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the checker's class, private to the TypeChecker*.cpp files. An expression that was
// diagnosed has type Error, which fits everywhere, so that one mistake is one message.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_STAN_TYPECHECKERIMPL_H
#define ASTRAGAL_COMPILER_STAN_TYPECHECKERIMPL_H

#include "compiler/stan/Signatures.h"
#include "compiler/stan/TypeChecker.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace astragal::stan {

struct HigherOrder;

/// How a statement leaves: what decides whether a function can end without `return`.
enum class Flow : uint8_t {
  Falls,   // may go on to the next statement
  Returns, // every path returns or rejects
  Breaks,  // may leave the loop
};

/// The result of overload resolution.
struct Resolution {
  enum Status { Unknown, Mismatch, Ambiguous, Found } status = Unknown;
  FunctionDecl *function = nullptr; // null: builtin
  Type result;
  llvm::SmallVector<Type, 8> params;
  /// A user's function would fit, but this argument of its `data` arguments is not data.
  std::optional<unsigned> notData;
};

class Checker {
public:
  Checker(Program &program, Diagnostics &diagnostics, const CheckOptions &options)
      : program(program), diagnostics(diagnostics), options(options) {}

  bool run();

private:
  //===--------------------------------------------------------------------===//
  // Programs, functions, scopes (TypeChecker.cpp)
  //===--------------------------------------------------------------------===//

  void declareFunctions();
  void declareFunction(FunctionDecl *function);
  void checkSignature(FunctionDecl *function);
  void checkFunction(FunctionDecl *function);
  void checkTopBlock(BlockStmt *block, Origin blockOrigin);

  /// Names declared since it was made leave with it.
  struct Scope {
    explicit Scope(Checker &checker) : checker(checker), size(checker.names.size()) {}
    ~Scope();
    Checker &checker;
    size_t size;
  };
  void declare(VarDecl *variable);
  bool isAutodiff(Origin where, Type type) const;
  std::string suggestVariable(llvm::StringRef name) const;
  std::string suggestFunction(llvm::StringRef name) const;

  void error(SourceRange range, const llvm::Twine &message) { diagnostics.error(range, message); }

  //===--------------------------------------------------------------------===//
  // Statements (TypeCheckerStatements.cpp)
  //===--------------------------------------------------------------------===//

  Flow check(Stmt *stmt);
  Flow checkBody(llvm::ArrayRef<Stmt *> body);
  void checkDecl(DeclStmt *stmt);
  void checkSpec(TypeSpec *spec, bool isTop);
  void checkConstraint(TypeSpec *spec);
  void checkAssign(AssignStmt *stmt);
  void checkAssignedOnce(Expr *target);
  void checkTarget(Expr *target);
  void checkAssignable(VariableExpr *variable);
  void checkTilde(TildeStmt *stmt);
  void checkTruncation(TildeStmt *stmt);
  bool checkMayAddToTarget(SourceRange range, llvm::StringRef what);
  void checkReturn(ReturnStmt *stmt);
  Flow checkLoopBody(VarDecl *variable, Stmt *body);
  void checkItems(List<Expr *> items);
  void checkInt(Expr *&expr, llvm::StringRef what);

  //===--------------------------------------------------------------------===//
  // Expressions (TypeCheckerExpressions.cpp)
  //===--------------------------------------------------------------------===//

  /// Sets the type and ad-level of `expr`.
  void check(Expr *expr);
  void checkVariable(VariableExpr *expr);
  void checkUnary(UnaryExpr *expr);
  void checkBinary(BinaryExpr *expr);
  void warnOfIntDivision(const BinaryExpr *expr);
  void checkConditional(ConditionalExpr *expr);
  void checkIndex(IndexExpr *expr);
  void checkIndices(IndexExpr *expr);
  void checkArrayLiteral(ArrayLiteral *expr);
  void checkRowLiteral(RowLiteral *expr);
  void checkTupleExpr(TupleExpr *expr);
  void checkSlot(SlotExpr *expr);

  /// The type both can be promoted to.
  std::optional<Type> commonType(Type a, Type b);
  Expr *promote(Expr *expr, Type type);

  //===--------------------------------------------------------------------===//
  // Calls (TypeCheckerCalls.cpp)
  //===--------------------------------------------------------------------===//

  void checkCall(CallExpr *call, bool isStatement = false);
  void checkCallPlace(CallExpr *call);
  Resolution resolve(llvm::StringRef name, llvm::ArrayRef<Expr *> args);
  void reportUnknown(llvm::StringRef name, SourceRange range);
  void reportMismatch(llvm::StringRef name, SourceRange range, llvm::ArrayRef<Expr *> args,
                      const Resolution &resolution);
  static std::string headlineOf(const FunctionDecl &function);
  llvm::ArrayRef<FunctionDecl *> functionsNamed(llvm::StringRef name) const;
  /// True if arguments were diagnosed before: there is nothing to resolve with.
  static bool anyError(llvm::ArrayRef<Expr *> args);
  static llvm::SmallVector<Type, 8> typesOf(llvm::ArrayRef<Expr *> args);
  static std::string listTypes(llvm::ArrayRef<Type> types);

  //===--------------------------------------------------------------------===//
  // Functions of functions (TypeCheckerHigherOrder.cpp)
  //===--------------------------------------------------------------------===//

  /// False if `call` is not of such a function.
  bool checkHigherOrder(CallExpr *call);
  void checkVariadic(CallExpr *call, const HigherOrder &entry);
  void checkReduceSum(CallExpr *call);
  void checkLaplace(CallExpr *call);
  /// Finds the overload of the function that `arg` names for `types`, of which the first `fixed` must fit as
  /// they are.
  FunctionDecl *passFunction(Expr *arg, llvm::ArrayRef<Type> types, size_t fixed, Type result,
                             llvm::StringRef caller);
  bool promoteArg(CallExpr *call, size_t index, Type type);

  Program &program;
  Diagnostics &diagnostics;
  const CheckOptions &options;

  llvm::StringMap<llvm::SmallVector<FunctionDecl *, 1>> functions;
  llvm::StringMap<VarDecl *> variables;
  std::vector<llvm::StringRef> names; // in order of declaration, for scopes

  // Where we are.
  Origin origin = Origin::Functions;
  FunctionDecl *function = nullptr;
  unsigned loops = 0;
  VarDecl *initialising = nullptr;
  bool inTopSizes = false; // the sizes of a declaration at the top of a block
};

/// True if `name` takes functions as arguments.
bool isHigherOrder(llvm::StringRef name);
void forEachHigherOrder(llvm::function_ref<void(llvm::StringRef)> visit);

/// normal_lpdf for normal_lupdf.
std::string normalizedName(llvm::StringRef name);
bool isUnnormalizedName(llvm::StringRef name);

} // namespace astragal::stan

#endif // ASTRAGAL_COMPILER_STAN_TYPECHECKERIMPL_H
