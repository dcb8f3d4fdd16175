//===- TypeCheckerStatements.cpp - statements and declarations --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/TypeCheckerImpl.h"

using namespace astragal::stan;
using llvm::cast;
using llvm::dyn_cast;
using llvm::StringRef;

Flow Checker::checkBody(llvm::ArrayRef<Stmt *> body) {
  // What follows a return, break or reject is checked but decides nothing.
  bool isReachable = true, returns = false, breaks = false;
  for (Stmt *stmt : body) {
    Flow flow = check(stmt);
    if (!isReachable)
      continue;
    breaks |= flow == Flow::Breaks;
    returns = flow == Flow::Returns;
    isReachable = !returns && flow != Flow::Breaks && stmt->kind != StmtKind::Continue;
  }
  return breaks ? Flow::Breaks : returns ? Flow::Returns : Flow::Falls;
}

Flow Checker::check(Stmt *stmt) {
  switch (stmt->kind) {
  case StmtKind::Decl:
    checkDecl(cast<DeclStmt>(stmt));
    return Flow::Falls;
  case StmtKind::Assign:
    checkAssign(cast<AssignStmt>(stmt));
    return Flow::Falls;
  case StmtKind::Tilde:
    checkTilde(cast<TildeStmt>(stmt));
    return Flow::Falls;
  case StmtKind::TargetPlus:
    check(cast<TargetPlusStmt>(stmt)->value);
    checkMayAddToTarget(stmt->range, "'target +='");
    return Flow::Falls;
  case StmtKind::JacobianPlus:
    check(cast<JacobianPlusStmt>(stmt)->value);
    if (origin != Origin::TransformedParameters && !(function && function->suffix == Suffix::Jacobian))
      error(stmt->range,
            "'jacobian +=' may stand only in the transformed parameters block or in a function that "
            "ends in '_jacobian'");
    return Flow::Falls;
  case StmtKind::For: {
    auto *loop = cast<ForStmt>(stmt);
    checkInt(loop->lower, "the lower bound of the loop");
    checkInt(loop->upper, "the upper bound of the loop");
    loop->variable->type = BaseType::Int;
    return checkLoopBody(loop->variable, loop->body);
  }
  case StmtKind::ForEach: {
    auto *loop = cast<ForEachStmt>(stmt);
    check(loop->sequence);
    Type type = loop->sequence->type;
    if (type.isArray())
      loop->variable->type = type.element();
    else if (type.isVector() || type.isRowVector() || type.isMatrix())
      loop->variable->type = BaseType::Real;
    else if (!type.isError())
      error(loop->sequence->range,
            "a loop runs over an array, vector, row_vector or matrix, or over a range, not over " +
                type.str());
    return checkLoopBody(loop->variable, loop->body);
  }
  case StmtKind::While: {
    auto *loop = cast<WhileStmt>(stmt);
    checkInt(loop->condition, "the condition");
    ++loops;
    Scope scope(*this);
    Flow flow = check(loop->body);
    --loops;
    // A loop that nothing leaves but `return` returns.
    auto *literal = dyn_cast<IntLiteral>(loop->condition);
    bool isForever = literal && literal->value != 0 && flow != Flow::Breaks;
    return flow == Flow::Returns || isForever ? Flow::Returns : Flow::Falls;
  }
  case StmtKind::If: {
    auto *branch = cast<IfStmt>(stmt);
    checkInt(branch->condition, "the condition");
    Flow yes, no = Flow::Falls;
    {
      Scope scope(*this);
      yes = check(branch->yes);
    }
    if (branch->no) {
      Scope scope(*this);
      no = check(branch->no);
    }
    if (yes == Flow::Breaks || no == Flow::Breaks)
      return Flow::Breaks;
    return yes == Flow::Returns && no == Flow::Returns ? Flow::Returns : Flow::Falls;
  }
  case StmtKind::Break:
  case StmtKind::Continue:
    if (!loops)
      error(stmt->range,
            stmt->kind == StmtKind::Break ? "'break' outside of a loop" : "'continue' outside of a loop");
    return stmt->kind == StmtKind::Break ? Flow::Breaks : Flow::Falls;
  case StmtKind::Return:
    checkReturn(cast<ReturnStmt>(stmt));
    return Flow::Returns;
  case StmtKind::Print:
    checkItems(cast<PrintStmt>(stmt)->items);
    return Flow::Falls;
  case StmtKind::Reject:
    checkItems(cast<RejectStmt>(stmt)->items);
    return Flow::Returns;
  case StmtKind::FatalError:
    checkItems(cast<FatalErrorStmt>(stmt)->items);
    return Flow::Returns;
  case StmtKind::Profile: {
    Scope scope(*this);
    return checkBody(cast<ProfileStmt>(stmt)->body);
  }
  case StmtKind::Block: {
    Scope scope(*this);
    return checkBody(cast<BlockStmt>(stmt)->body);
  }
  case StmtKind::Call:
    checkCall(cast<CallStmt>(stmt)->call, /*isStatement=*/true);
    return Flow::Falls;
  case StmtKind::Empty:
    return Flow::Falls;
  }
  return Flow::Falls;
}

Flow Checker::checkLoopBody(VarDecl *variable, Stmt *body) {
  Scope scope(*this);
  declare(variable);
  ++loops;
  Flow flow = check(body);
  --loops;
  return flow == Flow::Returns ? Flow::Returns : Flow::Falls;
}

void Checker::checkInt(Expr *&expr, StringRef what) {
  check(expr);
  if (!expr->type.isInt() && !expr->type.isError())
    error(expr->range, what + " must be int, not " + expr->type.str());
}

void Checker::checkItems(List<Expr *> items) {
  for (Expr *item : items)
    if (item->kind != ExprKind::StringLiteral)
      check(item);
}

void Checker::checkReturn(ReturnStmt *stmt) {
  if (stmt->value)
    check(stmt->value);
  if (!function)
    return error(stmt->range, "'return' outside of a function");
  Type expected = function->returnType;
  if (!stmt->value) {
    if (!expected.isVoid())
      error(stmt->range, "'" + function->name + "' must return " + expected.str());
    return;
  }
  if (expected.isVoid())
    return error(stmt->value->range, "'" + function->name + "' is void and cannot return a value");
  if (!isPromotable(stmt->value->type, expected))
    return error(stmt->value->range,
                 "cannot return " + stmt->value->type.str() + " from a function of type " + expected.str());
  stmt->value = promote(stmt->value, expected);
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

void Checker::checkDecl(DeclStmt *stmt) {
  const TypeSpec *checked = nullptr;
  for (VarDecl *variable : stmt->variables) {
    bool isTop = variable->isGlobal;
    if (variable->spec != checked) {
      checkSpec(variable->spec, isTop);
      checked = variable->spec;
      bool isParameter = origin == Origin::Parameters || origin == Origin::TransformedParameters;
      if (isTop && isParameter && variable->type.containsInt())
        error(variable->range, origin == Origin::Parameters ? "a parameter cannot be int"
                                                            : "a transformed parameter cannot be int");
    }
    // In Stan the name is in scope in its own initial value, though reading it there is never meant.
    declare(variable);
    if (!variable->init)
      continue;
    initialising = variable;
    check(variable->init);
    initialising = nullptr;
    if (!isPromotable(variable->init->type, variable->type))
      error(variable->init->range, "cannot initialise '" + variable->name + "' of type " +
                                       variable->type.str() + " with a value of type " +
                                       variable->init->type.str());
    else
      variable->init = promote(variable->init, variable->type);
  }
}

void Checker::checkSpec(TypeSpec *spec, bool isTop) {
  inTopSizes = isTop;
  for (Expr *&size : spec->arraySizes)
    checkInt(size, "the size of an array");
  for (Expr *&size : spec->sizes)
    checkInt(size, "a size");
  inTopSizes = false;
  checkConstraint(spec);
  for (TypeSpec *slot : spec->slots)
    checkSpec(slot, isTop);
}

void Checker::checkConstraint(TypeSpec *spec) {
  bool isBounds = spec->constraint == ConstraintKind::Bounds;
  if (!isBounds && spec->constraint != ConstraintKind::OffsetMultiplier)
    return;
  if (spec->type.isComplexBase())
    error(spec->range, "a complex type cannot be constrained");
  for (Expr **slot : {&spec->first, &spec->second}) {
    Expr *&value = *slot;
    if (!value)
      continue;
    StringRef what = slot == &spec->first ? (isBounds ? "lower bound" : "offset")
                                          : (isBounds ? "upper bound" : "multiplier");
    check(value);
    Type type = value->type;
    // One scalar for all, or one for each.
    Type scalar(spec->base == BaseType::Int ? BaseType::Int : BaseType::Real);
    if (type.isPrimitive() && isPromotable(type, scalar))
      value = promote(value, scalar);
    else if (isPromotable(type, spec->type))
      value = promote(value, spec->type);
    else
      error(value->range, "the " + what + " must be " + scalar.str() +
                              (spec->type == scalar ? "" : " or " + spec->type.str()) + ", not " +
                              type.str());
  }
}

//===----------------------------------------------------------------------===//
// Assignments
//===----------------------------------------------------------------------===//

void Checker::checkAssignable(VariableExpr *expr) {
  checkVariable(expr);
  VarDecl *variable = expr->variable;
  if (!variable) {
    if (expr->function)
      error(expr->range, "cannot assign to a function");
    return;
  }
  if (variable->isArgument)
    error(expr->range, "cannot assign to '" + variable->name + "', an argument of the function");
  else if (variable->isLoopVariable)
    error(expr->range, "cannot assign to '" + variable->name + "', the variable of the loop");
  else if (variable->isGlobal && variable->origin != origin)
    error(expr->range, "cannot assign to '" + variable->name + "', declared in the " +
                           originName(variable->origin) + " block");
}

/// The left of an assignment: as expressions are checked, but with a variable that may be assigned to.
void Checker::checkTarget(Expr *target) {
  if (auto *variable = dyn_cast<VariableExpr>(target))
    return checkAssignable(variable);
  if (auto *tuple = dyn_cast<TupleExpr>(target)) {
    for (Expr *element : tuple->elements)
      checkTarget(element);
    return checkTupleExpr(tuple);
  }
  if (auto *slot = dyn_cast<SlotExpr>(target)) {
    checkTarget(slot->base);
    return checkSlot(slot);
  }
  auto *index = cast<IndexExpr>(target);
  checkTarget(index->base);
  checkIndices(index);
  for (Expr *inner = index->base; auto *outer = dyn_cast<IndexExpr>(inner); inner = outer->base)
    for (const Index &each : outer->indices)
      if (each.kind != IndexKind::Single && !target->type.isError()) {
        error(target->range, "cannot assign to an element of a slice: use one pair of brackets");
        target->type = BaseType::Error;
      }
}

/// Variables and slots that a pack assigns to, whatever their indices.
static void collectAssigned(Expr *target, llvm::SmallVectorImpl<std::string> &paths) {
  if (auto *tuple = dyn_cast<TupleExpr>(target)) {
    for (Expr *element : tuple->elements)
      collectAssigned(element, paths);
    return;
  }
  std::string path;
  for (Expr *part = target;;) {
    if (auto *index = dyn_cast<IndexExpr>(part)) {
      part = index->base;
    } else if (auto *slot = dyn_cast<SlotExpr>(part)) {
      path.insert(0, std::to_string(slot->slot)).insert(0, 1, '.');
      part = slot->base;
    } else {
      paths.push_back(cast<VariableExpr>(part)->name.str() + path);
      return;
    }
  }
}

void Checker::checkAssignedOnce(Expr *target) {
  llvm::SmallVector<std::string> paths;
  collectAssigned(target, paths);
  for (size_t i = 0; i < paths.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      StringRef shorter = paths[i], longer = paths[j];
      if (shorter.size() > longer.size())
        std::swap(shorter, longer);
      if (longer == shorter || (longer.starts_with(shorter) && longer[shorter.size()] == '.'))
        return error(target->range, "'" + shorter + "' is assigned more than once");
    }
}

static StringRef functionOf(AssignOp op) {
  switch (op) {
  case AssignOp::Set:
    return "";
  case AssignOp::Add:
    return "add";
  case AssignOp::Subtract:
    return "subtract";
  case AssignOp::Multiply:
    return "multiply";
  case AssignOp::Divide:
    return "divide";
  case AssignOp::EltMultiply:
    return "elt_multiply";
  case AssignOp::EltDivide:
    return "elt_divide";
  }
  return "";
}

void Checker::checkAssign(AssignStmt *stmt) {
  checkTarget(stmt->target);
  check(stmt->value);
  Type target = stmt->target->type, value = stmt->value->type;
  if (target.isError() || value.isError())
    return;
  bool isPack = stmt->target->kind == ExprKind::Tuple;
  if (isPack)
    checkAssignedOnce(stmt->target);
  if (stmt->op == AssignOp::Set) {
    if (!isPromotable(value, target))
      return error(stmt->value->range, "cannot assign a value of type " + value.str() + " to " +
                                           (isPack ? "a pack of type " : "a variable of type ") +
                                           target.str());
    stmt->value = promote(stmt->value, target);
    return;
  }
  std::optional<SignatureMatch> match = matchBuiltin(functionOf(stmt->op), {target, value}, program.arena);
  bool isElementwise = stmt->op == AssignOp::EltMultiply || stmt->op == AssignOp::EltDivide;
  if (isPack || !match || match->result != target || (isElementwise && target.isScalar()))
    return error(stmt->range, "operator '" + spelling(stmt->op) + "' does not take " + target.str() +
                                  " and " + value.str());
  stmt->value = promote(stmt->value, match->params[1]);
}

//===----------------------------------------------------------------------===//
// Densities
//===----------------------------------------------------------------------===//

bool Checker::checkMayAddToTarget(SourceRange range, StringRef what) {
  if (origin == Origin::Model || (function && function->suffix == Suffix::Lp))
    return true;
  error(range, what + " may stand only in the model block or in a function that ends in '_lp'");
  return false;
}

void Checker::checkTilde(TildeStmt *stmt) {
  llvm::SmallVector<Expr *> args = {stmt->variate};
  args.append(stmt->args.begin(), stmt->args.end());
  for (Expr *arg : args)
    check(arg);
  checkMayAddToTarget(stmt->range, "'~'");
  StringRef name = stmt->distribution;
  switch (suffixOf(name)) {
  case Suffix::Lpdf:
  case Suffix::Lpmf:
    return error(stmt->distributionRange, "after '~' a distribution stands without its suffix: '" +
                                              name.take_front(name.rfind('_')) + "'");
  case Suffix::Cdf:
  case Suffix::Lcdf:
  case Suffix::Lccdf:
    return error(stmt->distributionRange, "a distribution function cannot stand after '~'");
  default:
    break;
  }
  if (anyError(args))
    return;

  Resolution best;
  std::string bestName;
  for (StringRef suffix : {"_lpdf", "_lpmf"}) {
    std::string candidate = (name + suffix).str();
    Resolution resolution = resolve(candidate, args);
    if (resolution.status > best.status) {
      best = resolution;
      bestName = candidate;
    }
  }
  if (best.status == Resolution::Unknown) {
    std::string suffix = args.front()->type.isDiscrete() ? "_lpmf" : "_lpdf";
    std::string suggestion = suggestFunction((name + suffix).str());
    size_t end = suggestion.find(suffix);
    if (end != std::string::npos)
      suggestion.erase(end, suffix.size());
    else
      suggestion.clear();
    return error(stmt->distributionRange, "unknown distribution '" + name + "'" + suggestion);
  }
  if (best.status != Resolution::Found)
    return reportMismatch(bestName, stmt->distributionRange, args, best);
  stmt->function = program.makeString(bestName);
  stmt->callee = best.function;
  stmt->variate = promote(stmt->variate, best.params.front());
  for (size_t i = 0; i < stmt->args.size(); ++i)
    stmt->args[i] = promote(stmt->args[i], best.params[i + 1]);
  if (stmt->isTruncated)
    checkTruncation(stmt);
}

/// Both distribution functions must exist for the types of the bounds.
void Checker::checkTruncation(TildeStmt *stmt) {
  for (Expr **slot : {&stmt->lower, &stmt->upper}) {
    Expr *&bound = *slot;
    if (!bound)
      continue;
    check(bound);
    if (bound->type.isError())
      return;
    if (!bound->type.isPrimitive())
      return error(bound->range, "a bound of the truncation must be int or real, not " + bound->type.str());
    llvm::SmallVector<Expr *> args = {bound};
    args.append(stmt->args.begin(), stmt->args.end());
    for (StringRef suffix : {"_lcdf", "_lccdf"}) {
      std::string name = (stmt->distribution + suffix).str();
      Resolution resolution = resolve(name, args);
      if (resolution.status != Resolution::Found)
        return error(stmt->distributionRange, "'" + stmt->distribution +
                                                  "' cannot be truncated here: there is no '" + name +
                                                  "' for " + listTypes(typesOf(args)));
      (suffix == "_lcdf" ? stmt->lcdf : stmt->lccdf) = resolution.function;
      bound = args.front() = promote(bound, resolution.params.front());
    }
  }
}
