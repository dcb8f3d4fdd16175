//===- Ast.h - the typed syntax tree of a Stan program ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the tree that the parser builds, the type checker annotates in place and the lowering
// reads. Nodes live in the arena of their Program and are never destroyed one by one; lists are arrays in the
// same arena. Fields under "set by the checker" are meaningful only after check() returned true.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_STAN_AST_H
#define ASTRAGAL_COMPILER_STAN_AST_H

#include "compiler/stan/Source.h"
#include "compiler/stan/Types.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/Casting.h"

#include <memory>
#include <type_traits>

namespace astragal::stan {

struct FunctionDecl;
struct VarDecl;
struct BlockStmt;

/// A list in the arena. The checker replaces elements when it inserts promotions.
template <typename T> using List = llvm::MutableArrayRef<T>;

/// Where a variable is declared; also where a statement stands.
enum class Origin : uint8_t {
  Functions, // arguments and locals of functions
  Data,
  TransformedData,
  Parameters,
  TransformedParameters,
  Model,
  GeneratedQuantities,
};
llvm::StringRef originName(Origin origin); // "transformed data"

/// What the end of a function's name says of it.
enum class Suffix : uint8_t { None, Lpdf, Lpmf, Lcdf, Lccdf, Cdf, Rng, Lp, Jacobian };
Suffix suffixOf(llvm::StringRef functionName); // _lupdf counts as Lpdf, _lupmf as Lpmf

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

enum class ExprKind : uint8_t {
  IntLiteral,
  RealLiteral,
  ImagLiteral,
  StringLiteral,
  Variable,
  Unary,
  Binary,
  Conditional,
  Call,
  Target,
  Index,
  ArrayLiteral,
  RowLiteral,
  Tuple,
  Slot,
  Promote,
};

struct Expr {
  const ExprKind kind;
  bool parenthesized = false;
  /// Set by the checker: stanc's AutoDiffable. False for data, whatever the lowering finds out later.
  bool autodiff = false;
  /// Of the tree below, a leaf being 1: bounded by the parser, so that walks may recurse.
  uint16_t height = 1;
  SourceRange range;
  Type type; // set by the checker

protected:
  explicit Expr(ExprKind kind) : kind(kind) {}
};

/// Adds what llvm::dyn_cast needs to a node.
template <ExprKind K> struct ExprOf : Expr {
  ExprOf() : Expr(K) {}
  static bool classof(const Expr *expr) { return expr->kind == K; }
};

struct IntLiteral : ExprOf<ExprKind::IntLiteral> {
  int32_t value = 0;
};

/// The spelling is kept beside the value so that a dump shows the program's digits.
struct RealLiteral : ExprOf<ExprKind::RealLiteral> {
  double value = 0;
  llvm::StringRef spelling;
};

/// `2.5i`.
struct ImagLiteral : ExprOf<ExprKind::ImagLiteral> {
  double value = 0;
  llvm::StringRef spelling;
};

/// An item of print, reject or fatal_error. Without the quotes; Stan has no escapes.
struct StringLiteral : ExprOf<ExprKind::StringLiteral> {
  llvm::StringRef value;
};

struct VariableExpr : ExprOf<ExprKind::Variable> {
  llvm::StringRef name;
  // Set by the checker: one of the two; a function only as an argument of a higher-order function.
  VarDecl *variable = nullptr;
  FunctionDecl *function = nullptr;
};

enum class UnaryOp : uint8_t { Plus, Minus, Not, Transpose };
llvm::StringRef spelling(UnaryOp op);

struct UnaryExpr : ExprOf<ExprKind::Unary> {
  UnaryOp op = UnaryOp::Plus;
  Expr *operand = nullptr;
};

enum class BinaryOp : uint8_t {
  Or,
  And,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Add,
  Subtract,
  Multiply,
  Divide,    // int / int is integer division too: look at the type
  IntDivide, // %/%
  Modulo,
  LeftDivide, // A \ b
  EltMultiply,
  EltDivide,
  Power,
  EltPower,
};
llvm::StringRef spelling(BinaryOp op);

struct BinaryExpr : ExprOf<ExprKind::Binary> {
  BinaryOp op = BinaryOp::Add;
  SourceRange opRange;
  Expr *left = nullptr, *right = nullptr;
};

/// `condition ? yes : no`. The condition is int; both branches have the type of the expression.
struct ConditionalExpr : ExprOf<ExprKind::Conditional> {
  Expr *condition = nullptr, *yes = nullptr, *no = nullptr;
};

struct CallExpr : ExprOf<ExprKind::Call> {
  llvm::StringRef name;
  SourceRange nameRange;
  List<Expr *> args;
  bool hasBar = false; // f_lpdf(x | ...)
  // Set by the checker. A callee without a body of its own is a builtin: go by name and types of arguments,
  // which are exactly those of the signature (promotions are explicit) except that a lifted argument keeps
  // its container.
  FunctionDecl *callee = nullptr; // null: builtin
  Suffix suffix = Suffix::None;
  bool unnormalized = false; // _lupdf, _lupmf: constants may be dropped; callee is then the _lpdf or _lpmf
};

/// `target()`.
struct TargetExpr : ExprOf<ExprKind::Target> {};

enum class IndexKind : uint8_t {
  All,     // : or nothing between commas
  Single,  // int
  Multi,   // array[] int
  Between, // first:last
  From,    // first:
  UpTo,    // :last
};

struct Index {
  IndexKind kind = IndexKind::All; // Single may become Multi in the checker
  SourceRange range;
  Expr *first = nullptr; // of Single, Multi, Between, From
  Expr *last = nullptr;  // of Between, UpTo
};

struct IndexExpr : ExprOf<ExprKind::Index> {
  Expr *base = nullptr;
  List<Index> indices;
};

/// `{a, b}`; elements have the element type.
struct ArrayLiteral : ExprOf<ExprKind::ArrayLiteral> {
  List<Expr *> elements;
};

/// `[a, b]`: a row_vector of scalars, or a matrix whose elements are row vectors.
struct RowLiteral : ExprOf<ExprKind::RowLiteral> {
  List<Expr *> elements;
};

/// `(a, b)`; on the left of an assignment, a pack of l-values.
struct TupleExpr : ExprOf<ExprKind::Tuple> {
  List<Expr *> elements;
};

/// `base.2`; slots count from 1.
struct SlotExpr : ExprOf<ExprKind::Slot> {
  Expr *base = nullptr;
  unsigned slot = 0;
};

/// Inserted by the checker: int to real or complex, real to complex, inside any container.
struct PromoteExpr : ExprOf<ExprKind::Promote> {
  Expr *operand = nullptr;
};

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

/// What a declaration asks of the values, and how a parameter is transformed.
enum class ConstraintKind : uint8_t {
  None,
  Bounds,           // first: lower, second: upper; either may be null
  OffsetMultiplier, // first: offset, second: multiplier; either may be null
  Simplex,
  UnitVector,
  Ordered,
  PositiveOrdered,
  SumToZeroVector,
  SumToZeroMatrix,
  RowStochasticMatrix,
  ColumnStochasticMatrix,
  CholeskyFactorCorr,
  CholeskyFactorCov,
  CorrMatrix,
  CovMatrix,
};
llvm::StringRef spelling(ConstraintKind kind); // "cholesky_factor_corr"; of Bounds and OffsetMultiplier ""

/// A type as a declaration writes it. `base` is the plain type: a simplex is a Vector with constraint
/// Simplex.
struct TypeSpec {
  BaseType base = BaseType::Error;
  ConstraintKind constraint = ConstraintKind::None;
  SourceRange range;
  Expr *first = nullptr, *second = nullptr; // of the constraint
  /// Null elements where the size is left out: arguments and return types of functions, `array[,] vector`.
  List<Expr *> arraySizes;
  /// vector[n]: 1; matrix[r, c]: 2; square constrained matrices: 1; cholesky_factor_cov: 1 or 2 as written.
  /// Empty in function signatures.
  List<Expr *> sizes;
  List<TypeSpec *> slots; // of a tuple
  Type type;              // the unsized type; set by the parser
};

/// A variable, an argument of a function, or a loop variable.
struct VarDecl {
  llvm::StringRef name;
  SourceRange range;        // of the name
  Type type;                // a loop variable's is set by the checker
  TypeSpec *spec = nullptr; // null for loop variables
  Expr *init = nullptr;     // of `real x = e;`
  Origin origin = Origin::Functions;
  bool isGlobal = false; // declared at the top of a block, thus in the output or in scope of later blocks
  bool isArgument = false;
  bool isLoopVariable = false;
  bool isDataOnly = false; // `data` argument
  bool autodiff = false;   // set by the checker
  /// Free for the lowering.
  unsigned number = 0;
};

struct FunctionDecl {
  llvm::StringRef name;
  SourceRange range;              // of the name
  TypeSpec *returnSpec = nullptr; // null: void
  Type returnType;                // Void without a value
  List<VarDecl *> args;
  BlockStmt *body = nullptr; // null: forward declaration, see `definition`
  Suffix suffix = Suffix::None;
  FunctionDecl *definition = nullptr; // set by the checker: itself, or the body of a forward declaration
};

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

enum class StmtKind : uint8_t {
  Decl,
  Assign,
  Tilde,
  TargetPlus,
  JacobianPlus,
  For,
  ForEach,
  While,
  If,
  Break,
  Continue,
  Return,
  Print,
  Reject,
  FatalError,
  Profile,
  Block,
  Call,
  Empty,
};

struct Stmt {
  const StmtKind kind;
  SourceRange range;

protected:
  explicit Stmt(StmtKind kind) : kind(kind) {}
};

template <StmtKind K> struct StmtOf : Stmt {
  StmtOf() : Stmt(K) {}
  static bool classof(const Stmt *stmt) { return stmt->kind == K; }
};

/// One declarator or several; all share one TypeSpec.
struct DeclStmt : StmtOf<StmtKind::Decl> {
  List<VarDecl *> variables;
};

enum class AssignOp : uint8_t { Set, Add, Subtract, Multiply, Divide, EltMultiply, EltDivide };
llvm::StringRef spelling(AssignOp op);

struct AssignStmt : StmtOf<StmtKind::Assign> {
  AssignOp op = AssignOp::Set;
  /// VariableExpr, IndexExpr and SlotExpr on top of one, or (op Set only) a TupleExpr of these.
  Expr *target = nullptr;
  /// Promoted to the type of the target when op is Set; for the others the right operand of the operator,
  /// whose result is assigned.
  Expr *value = nullptr;
};

/// `variate ~ normal(args) T[lower, upper]`.
struct TildeStmt : StmtOf<StmtKind::Tilde> {
  Expr *variate = nullptr;
  llvm::StringRef distribution; // as written
  SourceRange distributionRange;
  List<Expr *> args;
  bool isTruncated = false;
  Expr *lower = nullptr, *upper = nullptr; // either may be null
  // Set by the checker.
  llvm::StringRef function;                       // "normal_lpdf"
  FunctionDecl *callee = nullptr;                 // null: builtin
  FunctionDecl *lcdf = nullptr, *lccdf = nullptr; // of a user's truncated distribution
};

struct TargetPlusStmt : StmtOf<StmtKind::TargetPlus> {
  Expr *value = nullptr; // of any type: the sum of its scalars is added
};

struct JacobianPlusStmt : StmtOf<StmtKind::JacobianPlus> {
  Expr *value = nullptr;
};

struct ForStmt : StmtOf<StmtKind::For> {
  VarDecl *variable = nullptr;
  Expr *lower = nullptr, *upper = nullptr;
  Stmt *body = nullptr;
};

/// `for (x in xs)`: over the elements of an array, the scalars of a vector, or those of a matrix column by
/// column.
struct ForEachStmt : StmtOf<StmtKind::ForEach> {
  VarDecl *variable = nullptr;
  Expr *sequence = nullptr;
  Stmt *body = nullptr;
};

struct WhileStmt : StmtOf<StmtKind::While> {
  Expr *condition = nullptr;
  Stmt *body = nullptr;
};

struct IfStmt : StmtOf<StmtKind::If> {
  Expr *condition = nullptr;
  Stmt *yes = nullptr;
  Stmt *no = nullptr; // may be null
};

struct BreakStmt : StmtOf<StmtKind::Break> {};
struct ContinueStmt : StmtOf<StmtKind::Continue> {};

struct ReturnStmt : StmtOf<StmtKind::Return> {
  Expr *value = nullptr; // null in a void function
};

/// Items are expressions or StringLiterals.
struct PrintStmt : StmtOf<StmtKind::Print> {
  List<Expr *> items;
};
struct RejectStmt : StmtOf<StmtKind::Reject> {
  List<Expr *> items;
};
struct FatalErrorStmt : StmtOf<StmtKind::FatalError> {
  List<Expr *> items;
};

struct ProfileStmt : StmtOf<StmtKind::Profile> {
  llvm::StringRef name;
  List<Stmt *> body;
};

struct BlockStmt : StmtOf<StmtKind::Block> {
  List<Stmt *> body;
};

/// A void function called for its effect.
struct CallStmt : StmtOf<StmtKind::Call> {
  CallExpr *call = nullptr;
};

struct EmptyStmt : StmtOf<StmtKind::Empty> {};

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// A model, or a file of the project's own library (then `functions` is all there is).
struct Program {
  explicit Program(SourceManager &sources) : sources(sources) {}
  Program(const Program &) = delete;

  SourceManager &sources;
  llvm::BumpPtrAllocator arena;

  List<FunctionDecl *> functions; // forward declarations too
  // Null where the program has no such block.
  BlockStmt *data = nullptr;
  BlockStmt *transformedData = nullptr;
  BlockStmt *parameters = nullptr;
  BlockStmt *transformedParameters = nullptr;
  BlockStmt *model = nullptr;
  BlockStmt *generatedQuantities = nullptr;

  Location locate(SourceRange range) const { return sources.locate(range.begin); }

  template <typename Node> Node *make() {
    static_assert(std::is_trivially_destructible_v<Node>, "the arena runs no destructors");
    return new (arena.Allocate<Node>()) Node();
  }
  template <typename T> List<T> makeList(llvm::ArrayRef<T> elements) {
    T *memory = arena.Allocate<T>(elements.size());
    std::uninitialized_copy(elements.begin(), elements.end(), memory);
    return {memory, elements.size()};
  }
  llvm::StringRef makeString(llvm::StringRef text) { return text.copy(arena); }
};

/// Writes the program back as Stan, one statement a line. With `types`, every expression is followed by its
/// type and ad-level in braces, promotions included: what tests compare.
void print(const Program &program, llvm::raw_ostream &os, bool types = false);
void print(const Expr &expr, llvm::raw_ostream &os, bool types = false);

} // namespace astragal::stan

#endif // ASTRAGAL_COMPILER_STAN_AST_H
