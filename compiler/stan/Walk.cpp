//===- Walk.cpp - visiting expressions and statements ---------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

namespace astragal::stan {

void forEachChild(const Expr &expr, llvm::function_ref<void(const Expr *)> visit) {
  switch (expr.kind) {
  case ExprKind::Unary:
    visit(llvm::cast<UnaryExpr>(expr).operand);
    break;
  case ExprKind::Binary:
    visit(llvm::cast<BinaryExpr>(expr).left);
    visit(llvm::cast<BinaryExpr>(expr).right);
    break;
  case ExprKind::Conditional:
    visit(llvm::cast<ConditionalExpr>(expr).condition);
    visit(llvm::cast<ConditionalExpr>(expr).yes);
    visit(llvm::cast<ConditionalExpr>(expr).no);
    break;
  case ExprKind::Call:
    for (Expr *arg : llvm::cast<CallExpr>(expr).args)
      visit(arg);
    break;
  case ExprKind::Index:
    visit(llvm::cast<IndexExpr>(expr).base);
    for (const Index &index : llvm::cast<IndexExpr>(expr).indices) {
      visit(index.first);
      visit(index.last);
    }
    break;
  case ExprKind::ArrayLiteral:
    for (Expr *element : llvm::cast<ArrayLiteral>(expr).elements)
      visit(element);
    break;
  case ExprKind::RowLiteral:
    for (Expr *element : llvm::cast<RowLiteral>(expr).elements)
      visit(element);
    break;
  case ExprKind::Tuple:
    for (Expr *element : llvm::cast<TupleExpr>(expr).elements)
      visit(element);
    break;
  case ExprKind::Slot:
    visit(llvm::cast<SlotExpr>(expr).base);
    break;
  case ExprKind::Promote:
    visit(llvm::cast<PromoteExpr>(expr).operand);
    break;
  default:
    break;
  }
}

void walk(const Expr *expr, llvm::function_ref<void(const Expr &)> visit) {
  if (!expr)
    return;
  visit(*expr);
  forEachChild(*expr, [&](const Expr *child) { walk(child, visit); });
}

static void forEachExpr(const TypeSpec *spec, llvm::function_ref<void(const Expr *)> visit) {
  if (!spec)
    return;
  for (const Expr *size : spec->arraySizes)
    visit(size);
  for (const Expr *size : spec->sizes)
    visit(size);
  visit(spec->first);
  visit(spec->second);
}

void forEachExpr(const Stmt &stmt, llvm::function_ref<void(const Expr *)> visit) {
  switch (stmt.kind) {
  case StmtKind::Decl:
    for (const VarDecl *decl : llvm::cast<DeclStmt>(stmt).variables) {
      forEachExpr(decl->spec, visit);
      visit(decl->init);
    }
    break;
  case StmtKind::Assign:
    visit(llvm::cast<AssignStmt>(stmt).target);
    visit(llvm::cast<AssignStmt>(stmt).value);
    break;
  case StmtKind::Tilde: {
    auto &tilde = llvm::cast<TildeStmt>(stmt);
    visit(tilde.variate);
    for (const Expr *arg : tilde.args)
      visit(arg);
    visit(tilde.lower);
    visit(tilde.upper);
    break;
  }
  case StmtKind::TargetPlus:
    visit(llvm::cast<TargetPlusStmt>(stmt).value);
    break;
  case StmtKind::JacobianPlus:
    visit(llvm::cast<JacobianPlusStmt>(stmt).value);
    break;
  case StmtKind::For:
    visit(llvm::cast<ForStmt>(stmt).lower);
    visit(llvm::cast<ForStmt>(stmt).upper);
    break;
  case StmtKind::ForEach:
    visit(llvm::cast<ForEachStmt>(stmt).sequence);
    break;
  case StmtKind::While:
    visit(llvm::cast<WhileStmt>(stmt).condition);
    break;
  case StmtKind::If:
    visit(llvm::cast<IfStmt>(stmt).condition);
    break;
  case StmtKind::Return:
    visit(llvm::cast<ReturnStmt>(stmt).value);
    break;
  case StmtKind::Call:
    visit(llvm::cast<CallStmt>(stmt).call);
    break;
  default:
    break;
  }
}

void walk(const Stmt *stmt, llvm::function_ref<void(const Stmt &)> visit) {
  if (!stmt)
    return;
  visit(*stmt);
  switch (stmt->kind) {
  case StmtKind::For:
    walk(llvm::cast<ForStmt>(stmt)->body, visit);
    break;
  case StmtKind::ForEach:
    walk(llvm::cast<ForEachStmt>(stmt)->body, visit);
    break;
  case StmtKind::While:
    walk(llvm::cast<WhileStmt>(stmt)->body, visit);
    break;
  case StmtKind::If:
    walk(llvm::cast<IfStmt>(stmt)->yes, visit);
    walk(llvm::cast<IfStmt>(stmt)->no, visit);
    break;
  case StmtKind::Profile:
    for (const Stmt *child : llvm::cast<ProfileStmt>(stmt)->body)
      walk(child, visit);
    break;
  case StmtKind::Block:
    for (const Stmt *child : llvm::cast<BlockStmt>(stmt)->body)
      walk(child, visit);
    break;
  default:
    break;
  }
}

void printPlain(const Expr &expr, llvm::raw_ostream &os) {
  if (auto *promotion = llvm::dyn_cast<PromoteExpr>(&expr))
    return printPlain(*promotion->operand, os);
  print(expr, os);
}

const VarDecl *rootOf(const Expr &target) {
  if (auto *variable = llvm::dyn_cast<VariableExpr>(&target))
    return variable->variable;
  if (auto *index = llvm::dyn_cast<IndexExpr>(&target))
    return rootOf(*index->base);
  if (auto *slot = llvm::dyn_cast<SlotExpr>(&target))
    return rootOf(*slot->base);
  return nullptr;
}

bool containsReturn(const Stmt &stmt) {
  bool found = false;
  walk(&stmt, [&](const Stmt &s) { found |= s.kind == StmtKind::Return; });
  return found;
}

std::vector<const VarDecl *> findSizeVariables(const Program &program) {
  llvm::DenseSet<const VarDecl *> seen;
  std::vector<const VarDecl *> found;
  // Follows ints of the transformed data to the data that they are computed from.
  auto visitSize = [&](auto &&self, const Expr *size) -> void {
    walk(size, [&](const Expr &expr) {
      auto *variable = llvm::dyn_cast<VariableExpr>(&expr);
      if (!variable || !variable->variable || !seen.insert(variable->variable).second)
        return;
      const VarDecl &decl = *variable->variable;
      if (decl.origin == Origin::Data && decl.type.isInt())
        found.push_back(&decl);
      else if (decl.origin == Origin::TransformedData)
        self(self, decl.init);
    });
  };
  auto visitStmt = [&](const Stmt &stmt) {
    if (auto *decl = llvm::dyn_cast<DeclStmt>(&stmt);
        decl && !decl->variables.empty() && decl->variables[0]->spec) {
      for (const Expr *size : decl->variables[0]->spec->arraySizes)
        visitSize(visitSize, size);
      for (const Expr *size : decl->variables[0]->spec->sizes)
        visitSize(visitSize, size);
    }
  };
  for (const BlockStmt *block : {program.data, program.transformedData, program.parameters,
                                 program.transformedParameters, program.model, program.generatedQuantities})
    walk(block, visitStmt);
  return found;
}

} // namespace astragal::stan
