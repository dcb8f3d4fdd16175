//===- Printer.cpp - the syntax tree as text --------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every operator is printed in parentheses, so that the text shows how the parser grouped.
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Ast.h"

using namespace astragal::stan;
using llvm::cast;

namespace {

class Printer {
public:
  Printer(llvm::raw_ostream &os, bool types) : os(os), types(types) {}

  void print(const Program &program);
  void print(const Expr *expr);

private:
  template <typename T> void printList(llvm::ArrayRef<T> list) {
    for (size_t i = 0; i < list.size(); ++i) {
      os << (i ? ", " : "");
      print(list[i]);
    }
  }
  template <typename T> void printList(List<T> list) { printList(llvm::ArrayRef<T>(list)); }
  void print(const Index &index);
  void printPlain(const Expr *expr);
  void print(const TypeSpec *spec);
  void print(const FunctionDecl *function);
  void printBody(llvm::ArrayRef<Stmt *> body, llvm::StringRef head);
  void print(const Stmt *stmt);
  void printNested(const Stmt *stmt);
  llvm::raw_ostream &line() { return os.indent(2 * indent); }

  llvm::raw_ostream &os;
  bool types;
  unsigned indent = 0;
};

} // namespace

void Printer::print(const Expr *expr) {
  printPlain(expr);
  if (types && expr->kind != ExprKind::StringLiteral)
    os << '{' << expr->type << (expr->autodiff ? " ad" : "") << '}';
}

void Printer::print(const Index &index) {
  if (index.first)
    print(index.first);
  if (index.kind != IndexKind::Single && index.kind != IndexKind::Multi)
    os << ':';
  if (index.last)
    print(index.last);
}

void Printer::printPlain(const Expr *expr) {
  switch (expr->kind) {
  case ExprKind::IntLiteral:
    os << cast<IntLiteral>(expr)->value;
    break;
  case ExprKind::RealLiteral:
    os << cast<RealLiteral>(expr)->spelling;
    break;
  case ExprKind::ImagLiteral:
    os << cast<ImagLiteral>(expr)->spelling << 'i';
    break;
  case ExprKind::StringLiteral:
    os << '"' << cast<StringLiteral>(expr)->value << '"';
    break;
  case ExprKind::Variable:
    os << cast<VariableExpr>(expr)->name;
    break;
  case ExprKind::Unary: {
    auto *unary = cast<UnaryExpr>(expr);
    bool isPostfix = unary->op == UnaryOp::Transpose;
    os << '(' << (isPostfix ? "" : spelling(unary->op));
    print(unary->operand);
    os << (isPostfix ? spelling(unary->op) : "") << ')';
    break;
  }
  case ExprKind::Binary: {
    auto *binary = cast<BinaryExpr>(expr);
    os << '(';
    print(binary->left);
    os << ' ' << spelling(binary->op) << ' ';
    print(binary->right);
    os << ')';
    break;
  }
  case ExprKind::Conditional: {
    auto *conditional = cast<ConditionalExpr>(expr);
    os << '(';
    print(conditional->condition);
    os << " ? ";
    print(conditional->yes);
    os << " : ";
    print(conditional->no);
    os << ')';
    break;
  }
  case ExprKind::Call: {
    auto *call = cast<CallExpr>(expr);
    os << call->name << '(';
    if (call->hasBar) {
      print(call->args.front());
      os << " | ";
      printList(call->args.drop_front());
    } else {
      printList(call->args);
    }
    os << ')';
    break;
  }
  case ExprKind::Target:
    os << "target()";
    break;
  case ExprKind::Index: {
    auto *index = cast<IndexExpr>(expr);
    print(index->base);
    os << '[';
    printList(index->indices);
    os << ']';
    break;
  }
  case ExprKind::ArrayLiteral:
    os << '{';
    printList(cast<ArrayLiteral>(expr)->elements);
    os << '}';
    break;
  case ExprKind::RowLiteral:
    os << '[';
    printList(cast<RowLiteral>(expr)->elements);
    os << ']';
    break;
  case ExprKind::Tuple:
    os << '(';
    printList(cast<TupleExpr>(expr)->elements);
    os << ')';
    break;
  case ExprKind::Slot:
    print(cast<SlotExpr>(expr)->base);
    os << '.' << cast<SlotExpr>(expr)->slot;
    break;
  case ExprKind::Promote:
    // Not Stan: only a typed dump has these.
    os << "promote(";
    print(cast<PromoteExpr>(expr)->operand);
    os << ')';
    break;
  }
}

void Printer::print(const TypeSpec *spec) {
  if (!spec->arraySizes.empty()) {
    os << "array[";
    if (spec->arraySizes.front())
      printList(spec->arraySizes);
    else
      os << std::string(spec->arraySizes.size() - 1, ',');
    os << "] ";
  }
  llvm::StringRef name = spelling(spec->constraint);
  os << (name.empty() ? llvm::StringRef(Type(spec->base).str()).take_until([](char c) { return c == '('; })
                      : name);
  if (spec->constraint == ConstraintKind::Bounds || spec->constraint == ConstraintKind::OffsetMultiplier) {
    bool bounds = spec->constraint == ConstraintKind::Bounds;
    os << '<';
    if (spec->first) {
      os << (bounds ? "lower=" : "offset=");
      print(spec->first);
    }
    os << (spec->first && spec->second ? ", " : "");
    if (spec->second) {
      os << (bounds ? "upper=" : "multiplier=");
      print(spec->second);
    }
    os << '>';
  }
  if (!spec->sizes.empty()) {
    os << '[';
    printList(spec->sizes);
    os << ']';
  }
  if (spec->base == BaseType::Tuple) {
    os << '(';
    printList(spec->slots);
    os << ')';
  }
}

void Printer::print(const FunctionDecl *function) {
  line();
  if (function->returnSpec)
    print(function->returnSpec);
  else
    os << "void";
  os << ' ' << function->name << '(';
  for (size_t i = 0; i < function->args.size(); ++i) {
    const VarDecl *arg = function->args[i];
    os << (i ? ", " : "") << (arg->isDataOnly ? "data " : "");
    print(arg->spec);
    os << ' ' << arg->name;
  }
  os << ')';
  if (!function->body) {
    os << ";\n";
    return;
  }
  os << " {\n";
  ++indent;
  for (const Stmt *stmt : function->body->body)
    print(stmt);
  --indent;
  line() << "}\n";
}

void Printer::printBody(llvm::ArrayRef<Stmt *> body, llvm::StringRef head) {
  line() << head << "{\n";
  ++indent;
  for (const Stmt *stmt : body)
    print(stmt);
  --indent;
  line() << "}\n";
}

void Printer::printNested(const Stmt *stmt) {
  ++indent;
  print(stmt);
  --indent;
}

void Printer::print(const Stmt *stmt) {
  switch (stmt->kind) {
  case StmtKind::Block:
    return printBody(cast<BlockStmt>(stmt)->body, "");
  case StmtKind::Profile:
    return printBody(cast<ProfileStmt>(stmt)->body,
                     ("profile(\"" + cast<ProfileStmt>(stmt)->name + "\") ").str());
  default:
    break;
  }
  line();
  switch (stmt->kind) {
  case StmtKind::Decl: {
    auto *decl = cast<DeclStmt>(stmt);
    print(decl->variables.front()->spec);
    for (size_t i = 0; i < decl->variables.size(); ++i) {
      os << (i ? ", " : " ") << decl->variables[i]->name;
      if (decl->variables[i]->init) {
        os << " = ";
        print(decl->variables[i]->init);
      }
    }
    break;
  }
  case StmtKind::Assign: {
    auto *assign = cast<AssignStmt>(stmt);
    print(assign->target);
    os << ' ' << spelling(assign->op) << ' ';
    print(assign->value);
    break;
  }
  case StmtKind::Tilde: {
    auto *tilde = cast<TildeStmt>(stmt);
    print(tilde->variate);
    os << " ~ " << tilde->distribution << '(';
    printList(tilde->args);
    os << ')';
    if (tilde->isTruncated) {
      os << " T[";
      if (tilde->lower)
        print(tilde->lower);
      os << ", ";
      if (tilde->upper)
        print(tilde->upper);
      os << ']';
    }
    break;
  }
  case StmtKind::TargetPlus:
    os << "target += ";
    print(cast<TargetPlusStmt>(stmt)->value);
    break;
  case StmtKind::JacobianPlus:
    os << "jacobian += ";
    print(cast<JacobianPlusStmt>(stmt)->value);
    break;
  case StmtKind::For: {
    auto *loop = cast<ForStmt>(stmt);
    os << "for (" << loop->variable->name << " in ";
    print(loop->lower);
    os << ":";
    print(loop->upper);
    os << ")\n";
    return printNested(loop->body);
  }
  case StmtKind::ForEach: {
    auto *loop = cast<ForEachStmt>(stmt);
    os << "for (" << loop->variable->name << " in ";
    print(loop->sequence);
    os << ")\n";
    return printNested(loop->body);
  }
  case StmtKind::While:
    os << "while (";
    print(cast<WhileStmt>(stmt)->condition);
    os << ")\n";
    return printNested(cast<WhileStmt>(stmt)->body);
  case StmtKind::If: {
    auto *branch = cast<IfStmt>(stmt);
    os << "if (";
    print(branch->condition);
    os << ")\n";
    printNested(branch->yes);
    if (branch->no) {
      line() << "else\n";
      printNested(branch->no);
    }
    return;
  }
  case StmtKind::Break:
    os << "break";
    break;
  case StmtKind::Continue:
    os << "continue";
    break;
  case StmtKind::Return:
    os << "return";
    if (cast<ReturnStmt>(stmt)->value) {
      os << ' ';
      print(cast<ReturnStmt>(stmt)->value);
    }
    break;
  case StmtKind::Print:
    os << "print(";
    printList(cast<PrintStmt>(stmt)->items);
    os << ')';
    break;
  case StmtKind::Reject:
    os << "reject(";
    printList(cast<RejectStmt>(stmt)->items);
    os << ')';
    break;
  case StmtKind::FatalError:
    os << "fatal_error(";
    printList(cast<FatalErrorStmt>(stmt)->items);
    os << ')';
    break;
  case StmtKind::Call:
    printPlain(cast<CallStmt>(stmt)->call);
    break;
  case StmtKind::Block:
  case StmtKind::Profile:
  case StmtKind::Empty:
    break;
  }
  os << ";\n";
}

void Printer::print(const Program &program) {
  bool isModel = program.data || program.transformedData || program.parameters ||
                 program.transformedParameters || program.model || program.generatedQuantities;
  if (!program.functions.empty()) {
    if (isModel)
      os << "functions {\n";
    indent = isModel;
    for (const FunctionDecl *function : program.functions)
      print(function);
    indent = 0;
    if (isModel)
      os << "}\n";
  }
  const std::pair<Origin, const BlockStmt *> blocks[] = {
      {Origin::Data, program.data},
      {Origin::TransformedData, program.transformedData},
      {Origin::Parameters, program.parameters},
      {Origin::TransformedParameters, program.transformedParameters},
      {Origin::Model, program.model},
      {Origin::GeneratedQuantities, program.generatedQuantities}};
  for (auto [origin, block] : blocks)
    if (block)
      printBody(block->body, (originName(origin) + " ").str());
}

void astragal::stan::print(const Program &program, llvm::raw_ostream &os, bool types) {
  Printer(os, types).print(program);
}

void astragal::stan::print(const Expr &expr, llvm::raw_ostream &os, bool types) {
  Printer(os, types).print(&expr);
}
