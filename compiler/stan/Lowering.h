//===- Lowering.h - the state of a lowering ---------------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares the class that walks the tree and builds SSA. Its methods are spread over Lower*.cpp by
// what they lower. Variables are SSA values in an environment; loops and branches carry those that they
// assign.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_STAN_LOWERING_H
#define ASTRAGAL_COMPILER_STAN_LOWERING_H

#include "compiler/library/Library.h"
#include "compiler/stan/Lower.h"
#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallBitVector.h"
#include <deque>
#include <functional>
#include <optional>

namespace astragal::stan {

/// An SSA value and, of a tensor, its sizes in the order of the tensor's dimensions.
struct Val {
  mlir::Value value;
  llvm::SmallVector<mlir::Value, 2> dims;

  explicit operator bool() const { return static_cast<bool>(value); }
  bool isScalar() const { return dims.empty(); }
};

/// A bound of an int expression: base + offset, or offset alone.
struct Bound {
  mlir::Value base;
  int64_t offset = 0;
};

/// What is known of an int expression without running it.
struct IntRange {
  std::optional<Bound> lower, upper;
};

/// What an index selects in one dimension of a tensor.
struct Selector {
  IndexKind kind = IndexKind::All;
  mlir::Value start;  // Single: the position; ranges: the first position
  mlir::Value length; // of all but Single
  Val positions;      // Multi: 1-based, as data has them
};

class Lowering {
public:
  Lowering(const Program &program, mlir::ModuleOp module, Diagnostics &diagnostics,
           const LowerOptions &options);

  // LowerModel.cpp
  void lowerModel();

  // LowerFunctions.cpp
  mlir::func::FuncOp lowerLibraryFunction(const FunctionDecl &function, llvm::StringRef symbol,
                                          llvm::ArrayRef<LibraryOperand> operands);

private:
  using Values = llvm::SmallVector<mlir::Value, 4>;

  //===--- State -----------------------------------------------------------===//
  /// Assigned beside the variables of the program: what loops and branches must carry too.
  struct Hidden {
    mlir::Value counter;  // i64: the next random number
    mlir::Value jacobian; // f64: what `jacobian +=` added
  };

  /// A loop being lowered. Its flags are i1 variables of the environment, null where nothing jumps: whether
  /// the trip still runs, whether the loop has ended.
  struct Loop {
    Loop *outer;
    const VarDecl *live, *broken;
  };

  const Program &program;
  mlir::ModuleOp module;
  Diagnostics &diagnostics;
  const LowerOptions &options;
  mlir::OpBuilder b;
  mlir::Location loc;
  Origin origin = Origin::Model;
  tg::PrintBlock printBlock = tg::PrintBlock::Model; // of the statement, or of the call that is being inlined
  llvm::DenseMap<const VarDecl *, Val> env;
  llvm::DenseMap<const VarDecl *, IntRange> ranges;   // of int variables: loop variables, declared bounds
  llvm::DenseMap<mlir::Value, mlir::Value> sizeOfInt; // i32 -> its index_cast, made once
  Hidden hidden;
  /// Of the function being lowered: its innermost loop, and what a return inside a loop sets.
  Loop *loop = nullptr;
  const VarDecl *returned = nullptr, *returnSlot = nullptr;
  llvm::SmallVector<const VarDecl *, 2> returnDims; // where the loop runs for the sizes of what it returns
  Type returnType;
  std::deque<VarDecl> flags; // stand for variables that the program does not declare
  mlir::Value seed, stream;  // of random numbers, where they are allowed
  /// True where the call being inlined was made by `~` or _lupdf.
  bool dropsConstants = true;
  /// While a function of the library is lowered as a density: positions of arguments that each variable
  /// depends on.
  bool splitsSummands = false;
  llvm::DenseMap<const VarDecl *, llvm::SmallBitVector> depends;
  unsigned numArguments = 0;
  /// The functions that are being inlined, and where the calls stand.
  struct Inlined {
    const FunctionDecl *function;
    mlir::Block *block;
    bool isOfLibrary;
  };
  llvm::SmallVector<Inlined> inlineStack;
  unsigned recursiveCalls = 0;
  /// The function of the library that is lowered on its own, if one is.
  const FunctionDecl *lowered = nullptr;
  /// Containers that the library's functions pass on: what the function that a model calls names them.
  llvm::DenseMap<const VarDecl *, llvm::StringRef> argumentNames;
  /// Set: rejects write here what they would say.
  struct Reason {
    std::string text;
    llvm::SmallVector<mlir::Value> values;
  };
  Reason *reason = nullptr;
  /// Levels of the arguments of the functions being inlined, where the call decides.
  llvm::DenseMap<const VarDecl *, bool> levels;
  /// While a function is inlined: a local of it is autodiff if any argument is, as its scalar type in Stan
  /// is.
  bool localsAreAutodiff = false;
  /// The program whose tree is being walked: the library's while one of its functions is inlined. Locations
  /// and errors are then those of the call.
  const Program *source = &program;
  SourceRange callSite;
  bool failed = false;
  /// How a matrix was made, or each one of an array.
  struct Structure {
    enum Kind {
      None,
      Lower,      // lower triangular: if `matrix` is there, it is that with its rows times `scale`
      Product,    // L L' where `matrix` is L; or `matrix`, a product, with rows and columns times `scale`
      Transpose,  // of `matrix`
      Diagonal,   // with `scale` in the diagonal
      ScaledRows, // `matrix`, a product, with its rows times `scale`
    } kind = None;
    Val matrix = {}, scale = {};
  };
  llvm::DenseMap<mlir::Value, Structure> structures;

  //===--- Basics (Lowering.cpp) --------------------------------------------===//
  void setLoc(SourceRange range);
  Val unsupported(SourceRange range, const llvm::Twine &what);
  void error(SourceRange range, const llvm::Twine &message);

  mlir::Value constantF64(double value);
  mlir::Value constantI1(bool value);
  mlir::Value constantI32(int32_t value);
  mlir::Value constantIndex(int64_t value);
  mlir::Value toIndex(mlir::Value i32);
  mlir::Value toI32(mlir::Value index);
  mlir::Value toI1(mlir::Value i32);
  mlir::Value fromI1(mlir::Value i1);
  /// An int as a real; a real as it is.
  mlir::Value toReal(mlir::Value scalar);
  Val toReal(const Val &value);
  std::optional<int64_t> constantOf(mlir::Value value);

  mlir::Type elementType(const Type &type);
  mlir::RankedTensorType tensorType(mlir::Type element, llvm::ArrayRef<mlir::Value> dims);
  mlir::Value castTo(mlir::Value tensor, mlir::RankedTensorType type);
  Val scalar(mlir::Value value) { return Val{value, {}}; }
  Val splat(mlir::Value scalar, llvm::ArrayRef<mlir::Value> dims);
  /// Reals NaN, ints the smallest int, as Stan leaves them.
  Val undefined(const Type &type, llvm::ArrayRef<mlir::Value> dims);
  /// Whether constants that do not fit each other here are a mistake of the program. Those that are sizes of
  /// data are none where control may not come with such data.
  bool isMistake();
  bool provablyEqual(mlir::Value a, mlir::Value b);
  /// True if a container of these sizes surely has no elements. Slices of such are not made: MLIR has none of
  /// a dimension of size zero.
  bool isEmpty(llvm::ArrayRef<mlir::Value> dims);
  /// The common size, checked where it is not known; null after an error.
  mlir::Value commonSize(mlir::Value a, mlir::Value b, SourceRange range, llvm::StringRef what);
  bool sameShape(Val &a, Val &b, SourceRange range, llvm::StringRef what);
  /// The container in the shape `dims`. Where sizes are not known to agree they are checked, and what is
  /// missing stays undefined: the evaluation goes on after a failed check. Null after an error.
  Val fitTo(Val value, llvm::ArrayRef<mlir::Value> dims, const Type &type, SourceRange range,
            const llvm::Twine &what);
  /// `explanation` follows the message where a failure is explained: `{}` and `{+}` stand for `values`.
  void check(mlir::Value condition, tg::CheckKind kind, const llvm::Twine &message,
             const llvm::Twine &explanation = "", mlir::ValueRange values = {});
  mlir::Value extract(const Val &tensor, mlir::ValueRange indices);
  /// What stands at a position of the first dimension.
  Val element(const Val &tensor, mlir::Value position);

  /// A plate over `dims` whose rows are `body(indices)`.
  Val rows(llvm::ArrayRef<mlir::Value> dims, llvm::function_ref<mlir::Value(mlir::ValueRange)> body);
  mlir::Value sumOver(llvm::ArrayRef<mlir::Value> dims,
                      llvm::function_ref<mlir::Value(mlir::ValueRange)> body);
  mlir::Value maxOver(llvm::ArrayRef<mlir::Value> dims,
                      llvm::function_ref<mlir::Value(mlir::ValueRange)> body);
  /// scf.for over 0..n with one carried value.
  mlir::Value fold(mlir::Value n, mlir::Value init,
                   llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)> body);
  void forEach(llvm::ArrayRef<mlir::Value> dims, llvm::function_ref<void(mlir::ValueRange)> body);
  /// What the outer `arrayRank` dimensions hold, one after the other.
  void forEachElement(const Val &array, size_t arrayRank,
                      llvm::function_ref<void(Val, mlir::ValueRange)> body);

  //===--- Model (LowerModel.cpp) ------------------------------------------===//
  void lowerData(const VarDecl &decl);
  void lowerTransformedData();
  void lowerParameter(const VarDecl &decl);
  void lowerOutputs(const BlockStmt *block, prob::OutputBlock where);
  void lowerGlobals(const BlockStmt *block);
  void checkConstraint(const VarDecl &decl, bool isData);
  /// " (element 3)" for an explanation: the place of an element in a container of this type.
  std::string elementText(mlir::ValueRange at, const Type &type, Values &values);
  llvm::SmallVector<mlir::Value, 2> lowerSizes(const TypeSpec &spec);
  /// What a constraint asks of the sizes of one value.
  void checkSizes(const TypeSpec &spec, llvm::ArrayRef<mlir::Value> dims);

  //===--- Statements (LowerStatements.cpp) --------------------------------===//
  /// True if the statements surely returned, or jumped in a loop; after a return `result` holds the value.
  bool lowerStatements(llvm::ArrayRef<Stmt *> statements, Val *result);
  bool lowerStatement(const Stmt *statement, llvm::ArrayRef<Stmt *> rest, Val *result, bool &tookRest);
  void lowerDecl(const VarDecl &decl);
  void lowerTilde(const TildeStmt &stmt);
  void lowerStatementDensity(const TildeStmt &stmt);
  /// What `T[lower, upper]` adds: the log of the probability between the bounds is taken off, and outside of
  /// them the density is zero.
  void lowerTruncation(const TildeStmt &stmt);
  void lowerAssign(const AssignStmt &stmt);
  void lowerPrint(llvm::ArrayRef<Expr *> items);
  void lowerReject(llvm::ArrayRef<Expr *> items, tg::CheckKind kind);
  /// The sum of the scalars of a value, as a real.
  mlir::Value totalOf(const Val &value);
  void addToTarget(const Val &value);
  std::string messageOf(llvm::ArrayRef<Expr *> items);
  llvm::StringRef rejectedArgument(const Expr &item, bool isFirst);
  void printPlaceholder(const Expr &item, bool isFirst, llvm::raw_ostream &os);

  //===--- Control flow (LowerFlow, LowerJumps, LowerBranches) -------------===//
  /// The variables in scope that the statements assign, and whether they touch hidden state.
  struct Carried {
    llvm::SmallVector<const VarDecl *> variables;
    bool counter = false, jacobian = false;
  };
  Carried findCarried(llvm::ArrayRef<const Stmt *> statements);
  Values gather(const Carried &carried);
  void scatter(const Carried &carried, mlir::ValueRange values);
  /// What may leave the statement before its end.
  struct Jumps {
    bool breaks = false, continues = false, returns = false;
  };
  Jumps findJumps(const Stmt &stmt);
  bool mayJump(const Stmt &stmt);
  const VarDecl *makeFlag();
  /// scf.if without an else of its own: there the carried variables stay as they are.
  void lowerUnder(mlir::Value condition, const Carried &carried, SourceRange range,
                  llvm::function_ref<void()> body);
  /// The statements after one that may have jumped.
  void lowerWhileLive(llvm::ArrayRef<Stmt *> statements);
  void returnFromLoop(const ReturnStmt &stmt);
  Val initialReturn(const Stmt &stmt);
  void lowerLoop(const Stmt &stmt);
  /// The body of a loop over a range, under `!broken` if it may break.
  void lowerTrip(const Stmt &body);
  void lowerCountedLoop(mlir::Value begin, mlir::Value end, const Stmt &stmt, const Stmt &body,
                        llvm::function_ref<void(mlir::Value)> bindVariable);
  void lowerFor(const ForStmt &stmt);
  void lowerForEach(const ForEachStmt &stmt);
  void lowerWhile(const WhileStmt &stmt);
  /// True if both branches surely jump.
  bool lowerIf(const IfStmt &stmt);
  bool lowerReturningIf(const IfStmt &stmt, llvm::ArrayRef<Stmt *> rest, Val *result);
  bool lowerReturningLoop(const Stmt &stmt, llvm::ArrayRef<Stmt *> rest, Val *result);
  /// A branch both of whose sides end the function; without `result` the function is void.
  bool joinReturns(mlir::Value condition, SourceRange range, llvm::function_ref<bool(Val *)> yesPath,
                   llvm::function_ref<bool(Val *)> noPath, Val *result, const Type &type);
  llvm::SmallVector<mlir::Value, 2> commonDims(const Val &yes, const Val &no, mlir::Operation *op);
  /// The container in the larger shape `dims`, undefined where it has no elements. The sizes fit.
  Val inShape(const Val &value, llvm::ArrayRef<mlir::Value> dims, const Type &type);
  void eraseBranch(mlir::Operation *op);
  /// Lowers something for the sizes that it computes: all else that it does is taken back.
  void withoutEffects(llvm::function_ref<void()> lower);

  //===--- Indexing (LowerIndexing.cpp) ------------------------------------===//
  Val lowerIndexing(const IndexExpr &expr);
  void assignIndexed(const IndexExpr &target, Val value);
  /// One selector for each dimension of the tensor. False after an error.
  bool select(const Val &base, const Type &type, llvm::ArrayRef<const Index *> indices, llvm::StringRef name,
              llvm::SmallVectorImpl<Selector> &selectors);
  /// Where a selection that is one slice begins and how long it is in each dimension.
  void sliceOf(llvm::ArrayRef<Selector> selectors, llvm::SmallVectorImpl<mlir::OpFoldResult> &offsets,
               llvm::SmallVectorImpl<mlir::OpFoldResult> &lengths);
  /// 0-based, in range: checked and clamped unless that is proved.
  mlir::Value lowerSingleIndex(const Expr &index, mlir::Value dim, llvm::StringRef name);
  IntRange rangeOf(const Expr &expr);
  mlir::Value sizeCall(const CallExpr &call);
  bool provesInRange(const IntRange &range, mlir::Value dim);

  //===--- Expressions (LowerExpressions.cpp) ------------------------------===//
  Val lowerExpr(const Expr &expr);
  mlir::Value lowerCondition(const Expr &expr);
  Val lowerUnary(const UnaryExpr &expr);
  Val lowerBinary(const BinaryExpr &expr);
  Val lowerConditional(const ConditionalExpr &expr);
  Val lowerLogical(const BinaryExpr &expr);
  Val lowerLiteralArray(llvm::ArrayRef<Expr *> elements, const Type &type, SourceRange range,
                        bool isRowMatrix);
  Val lowerPromotion(const PromoteExpr &expr);
  Val multiply(const Val &left, const Type &leftType, const Val &right, const Type &rightType,
               SourceRange range);
  Val callOperator(llvm::StringRef name, const Val &left, const Val &right, const BinaryExpr &expr);
  Val arithmetic(BinaryOp op, const Val &left, const Val &right, bool isInt, SourceRange range);
  mlir::Value power(mlir::Value base, mlir::Value exponent);
  /// An elementwise function over containers; scalars among the operands are broadcast.
  Val elementwise(llvm::ArrayRef<Val> operands, SourceRange range,
                  llvm::function_ref<mlir::Value(mlir::ValueRange)> scalarCode);
  Val transpose(const Val &matrix);

  //===--- Calls (LowerFunctions, Builtins, Kernels, LowerDistributions) ===//
  Val lowerCall(const CallExpr &call);
  /// LowerHigherOrder.cpp: functions that take functions.
  Val lowerHigherOrder(const CallExpr &call);
  /// Its arguments after the function, which is null in their place; empty after an error.
  llvm::SmallVector<Val> lowerPassed(const CallExpr &call);
  Val reduceSum(const CallExpr &call);
  Val mapRect(const CallExpr &call);
  Val insertAt(const Val &into, const Val &vector, mlir::Value start);
  Val callPassed(const CallExpr &call, llvm::ArrayRef<Val> args, llvm::ArrayRef<const Expr *> exprs);
  Val inlineCall(const FunctionDecl &function, llvm::ArrayRef<Val> args, llvm::ArrayRef<const Expr *> exprs,
                 SourceRange range);
  std::optional<Val> lowerBuiltin(llvm::StringRef name, llvm::ArrayRef<Val> args,
                                  llvm::ArrayRef<Expr *> exprs, const Type &result, SourceRange range);
  /// A primitive that is a kernel of the runtime; nothing if it is none.
  std::optional<Val> lowerKernel(llvm::StringRef name, llvm::ArrayRef<Val> args);
  /// A tensor of reals without contents.
  mlir::Value makeEmpty(llvm::ArrayRef<mlir::Value> dims);
  /// The product of two matrices through a kernel; `inner` is the size that they share.
  Val productKernel(const Val &left, const Val &right, mlir::Value inner);
  /// BuiltinsContainers.cpp
  std::optional<Val> lowerContainerFunction(llvm::StringRef name, llvm::ArrayRef<Val> args,
                                            llvm::ArrayRef<Expr *> exprs, const Type &result,
                                            SourceRange range);
  Val piece(const Val &array, mlir::Value start, mlir::Value length, const Type &type);
  Val withPiece(const Val &into, const Val &array, mlir::Value start);
  Val appendArrays(Val x, Val y, const Type &type, SourceRange range);
  Val linspacedInts(const Val &count, const Val &lower, const Val &upper);
  /// Functions that call themselves are inlined as often as they do, if that is known, or else up to a depth.
  bool isRecursive(const FunctionDecl &function);
  struct BodySize {
    unsigned expressions = 0;
    unsigned recursiveCalls = 0; // of functions that are being inlined
  };
  BodySize sizeOf(const FunctionDecl &function);
  /// What the call is where it goes no deeper; nothing if it does.
  std::optional<Val> endRecursion(const FunctionDecl &function, SourceRange range);
  Val callLibrary(const FunctionDecl &function, llvm::ArrayRef<Val> args, llvm::ArrayRef<const Expr *> exprs,
                  const Type &resultType, SourceRange range);
  /// A special function that is called, or a value with its partial derivatives.
  Val primitive(llvm::StringRef name, llvm::ArrayRef<Val> args);
  void checkArgument(const VarDecl &arg, const FunctionDecl &function);
  void checkFinite(const VarDecl &arg, llvm::StringRef function);
  /// ": the sum is {}" of a value that its type does not allow, as explain_KIND of the library says; adds to
  /// `values`.
  std::string explainInvalid(llvm::StringRef kind, const Val &value, Values &values);
  /// Checks that a value, or each element of an array of so many dimensions, is of a constrained type.
  void checkKind(ConstraintKind kind, const Val &value, unsigned arrayRank, tg::CheckKind severity,
                 const llvm::Twine &subject, SourceRange range);
  void nameArguments(const FunctionDecl &function, llvm::ArrayRef<const Expr *> exprs);
  /// The function of the library that the model calls, while it or one of its helpers is lowered.
  llvm::StringRef calledFunction() const;
  Val randomNumber(bool normal);
  bool isAutodiff(const Expr &expr);
  mlir::Value lowerDensity(llvm::StringRef function, llvm::ArrayRef<const Expr *> operands, bool propto,
                           bool isStatement, SourceRange range);
  mlir::Value lowerGlm(llvm::StringRef function, llvm::ArrayRef<const Expr *> operands, bool propto,
                       bool isStatement, SourceRange range);
  bool matchArrays(const FunctionDecl &density, llvm::MutableArrayRef<Val> values, SourceRange range);
  /// The density at one point; of a statement something that is not null.
  mlir::Value emitDensity(const FunctionDecl &density, llvm::StringRef function,
                          llvm::MutableArrayRef<Val> values, llvm::ArrayRef<bool> autodiff, bool propto,
                          bool isStatement, SourceRange range);
  mlir::Value lowerSummands(const Expr &expr);

  //===--- Covariances whose factor is known (LowerFactors.cpp) ------------===//
  void noteCall(llvm::StringRef name, llvm::ArrayRef<Val> args, const Val &result);
  void noteParameter(prob::ParamOp param, llvm::ArrayRef<mlir::Value> dims);
  /// What is known of the matrices of an array, of one that a slice of it is.
  void noteElement(const Val &array, const Val &element);
  void noteTranspose(const Val &matrix, const Val &result);
  void noteProduct(const Val &left, const Val &right, const Val &result);
  bool isLower(const Val &matrix);
  bool isLowerFactor(const Val &matrix);
  bool isProduct(const Val &matrix);
  /// Of a product: its lower triangular factor, whose diagonal may have any sign.
  Val factorOf(const Val &product, SourceRange range);
  /// The density that takes a factor in place of a matrix, which becomes the factor; null if none is known.
  const FunctionDecl *densityOfFactor(const FunctionDecl &density, llvm::MutableArrayRef<Val> values,
                                      SourceRange range);
  /// The same of a function of the library, whose first argument is the matrix.
  const FunctionDecl *functionOfFactor(const FunctionDecl &function, llvm::MutableArrayRef<Val> args,
                                       SourceRange range);
  llvm::SmallBitVector dependsOf(const Expr &expr);
};

/// Calls `visit` on every expression under `expr`, itself included.
void walk(const Expr *expr, llvm::function_ref<void(const Expr &)> visit);
/// Calls `visit` on every statement under `stmt`, itself included.
void walk(const Stmt *stmt, llvm::function_ref<void(const Stmt &)> visit);
/// Calls `visit` on the operands of an expression; some may be null.
void forEachChild(const Expr &expr, llvm::function_ref<void(const Expr *)> visit);
/// Calls `visit` on the expressions that a statement holds itself.
void forEachExpr(const Stmt &stmt, llvm::function_ref<void(const Expr *)> visit);
/// True if evaluating the expression draws random numbers.
bool drawsRandomly(const Expr &expr);
/// Prints an expression as it was written, without the promotion around it.
void printPlain(const Expr &expr, llvm::raw_ostream &os);
/// The text as a part of an explanation, where single braces stand for values.
std::string escapeBraces(llvm::StringRef text);
/// The variable at the root of an l-value.
const VarDecl *rootOf(const Expr &target);
/// True if a return stands in the statement.
bool containsReturn(const Stmt &stmt);

} // namespace astragal::stan

#endif // ASTRAGAL_COMPILER_STAN_LOWERING_H
