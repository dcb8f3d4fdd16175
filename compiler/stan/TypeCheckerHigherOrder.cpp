//===- TypeCheckerHigherOrder.cpp - functions that take functions -----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Solvers, integrators and parallel maps. Most fit one scheme: a user's function, control arguments, and then
// arguments that are passed on to the function.
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/TypeCheckerImpl.h"

using namespace astragal::stan;
using llvm::ArrayRef;
using llvm::cast;
using llvm::dyn_cast;
using llvm::StringRef;

namespace astragal::stan {
/// Types in the notation of Builtins.def.
struct HigherOrder {
  StringRef name;
  StringRef functionArgs; // what the function gets before the arguments that are passed on
  StringRef functionResult;
  StringRef args;     // after the function
  StringRef moreArgs; // these may follow, all or none
  bool isVariadic;    // further arguments are passed on
  StringRef result;
};
} // namespace astragal::stan

static constexpr StringRef oldOde = "real []real []real []real []int";
static constexpr StringRef oldOdeArgs = "[]real real []real []real []real []int";
static constexpr StringRef oldSolver = "vector vector []real []int";
static constexpr StringRef quadrature = "real real []real []real []int";

static constexpr HigherOrder table[] = {
    {"ode_rk45", "real vector", "vector", "vector real []real", "", true, "[]vector"},
    {"ode_adams", "real vector", "vector", "vector real []real", "", true, "[]vector"},
    {"ode_bdf", "real vector", "vector", "vector real []real", "", true, "[]vector"},
    {"ode_ckrk", "real vector", "vector", "vector real []real", "", true, "[]vector"},
    {"ode_rk45_tol", "real vector", "vector", "vector real []real real real int", "", true, "[]vector"},
    {"ode_adams_tol", "real vector", "vector", "vector real []real real real int", "", true, "[]vector"},
    {"ode_bdf_tol", "real vector", "vector", "vector real []real real real int", "", true, "[]vector"},
    {"ode_ckrk_tol", "real vector", "vector", "vector real []real real real int", "", true, "[]vector"},
    {"ode_adjoint_tol_ctl", "real vector", "vector",
     "vector real []real real vector real vector real real int int int int int", "", true, "[]vector"},
    {"dae", "real vector vector", "vector", "vector vector real []real", "", true, "[]vector"},
    {"dae_tol", "real vector vector", "vector", "vector vector real []real real real int", "", true,
     "[]vector"},
    {"solve_newton", "vector", "vector", "vector", "", true, "vector"},
    {"solve_powell", "vector", "vector", "vector", "", true, "vector"},
    {"solve_newton_tol", "vector", "vector", "vector real real int", "", true, "vector"},
    {"solve_powell_tol", "vector", "vector", "vector real real int", "", true, "vector"},
    {"integrate_1d_gauss_kronrod", "real real", "real", "real real", "", true, "real"},
    {"integrate_1d_gauss_kronrod_tol", "real real", "real", "real real real real int", "", true, "real"},
    {"integrate_1d_double_exponential", "real real", "real", "real real", "", true, "real"},
    {"integrate_1d_double_exponential_tol", "real real", "real", "real real real real int", "", true, "real"},
    {"integrate_1d", quadrature, "real", "real real []real []real []int", "real", false, "real"},
    {"integrate_ode", oldOde, "[]real", oldOdeArgs, "", false, "[,]real"},
    {"integrate_ode_rk45", oldOde, "[]real", oldOdeArgs, "real real real", false, "[,]real"},
    {"integrate_ode_adams", oldOde, "[]real", oldOdeArgs, "real real real", false, "[,]real"},
    {"integrate_ode_bdf", oldOde, "[]real", oldOdeArgs, "real real real", false, "[,]real"},
    {"algebra_solver", oldSolver, "vector", "vector vector []real []int", "real real real", false, "vector"},
    {"algebra_solver_newton", oldSolver, "vector", "vector vector []real []int", "real real real", false,
     "vector"},
    {"map_rect", oldSolver, "vector", "vector []vector [,]real [,]int", "", false, "vector"},
};

static constexpr StringRef reduceSums[] = {"reduce_sum", "reduce_sum_static"};

static constexpr StringRef laplaces[] = {"laplace_marginal",
                                         "laplace_marginal_tol",
                                         "laplace_latent_rng",
                                         "laplace_latent_tol_rng",
                                         "laplace_latent_solve",
                                         "laplace_latent_solve_tol",
                                         "laplace_marginal_bernoulli_logit_lpmf",
                                         "laplace_marginal_tol_bernoulli_logit_lpmf",
                                         "laplace_marginal_neg_binomial_2_log_lpmf",
                                         "laplace_marginal_tol_neg_binomial_2_log_lpmf",
                                         "laplace_marginal_poisson_log_lpmf",
                                         "laplace_marginal_tol_poisson_log_lpmf",
                                         "laplace_latent_bernoulli_logit_rng",
                                         "laplace_latent_tol_bernoulli_logit_rng",
                                         "laplace_latent_neg_binomial_2_log_rng",
                                         "laplace_latent_tol_neg_binomial_2_log_rng",
                                         "laplace_latent_poisson_log_rng",
                                         "laplace_latent_tol_poisson_log_rng"};

static const HigherOrder *findHigherOrder(StringRef name) {
  const HigherOrder *found =
      llvm::find_if(table, [&](const HigherOrder &entry) { return entry.name == name; });
  return found == std::end(table) ? nullptr : found;
}

bool astragal::stan::isHigherOrder(StringRef name) {
  std::string normal = normalizedName(name);
  return findHigherOrder(normal) || llvm::is_contained(reduceSums, normal) ||
         llvm::is_contained(laplaces, normal);
}

void astragal::stan::forEachHigherOrder(llvm::function_ref<void(StringRef)> visit) {
  for (const HigherOrder &entry : table)
    visit(entry.name);
  llvm::for_each(reduceSums, visit);
  llvm::for_each(laplaces, visit);
}

static llvm::SmallVector<Type, 8> parseTypes(StringRef text, llvm::BumpPtrAllocator &arena) {
  llvm::SmallVector<StringRef> words;
  text.split(words, ' ', -1, /*KeepEmpty=*/false);
  llvm::SmallVector<Type, 8> types;
  for (StringRef word : words)
    types.push_back(*parseTypeNotation(word, arena));
  return types;
}

bool Checker::checkHigherOrder(CallExpr *call) {
  std::string name = normalizedName(call->name);
  const HigherOrder *entry = findHigherOrder(name);
  bool isReduceSum = llvm::is_contained(reduceSums, name);
  if (!entry && !isReduceSum && !llvm::is_contained(laplaces, name))
    return false;
  // A name of a function in argument position is no variable: passFunction looks it up.
  for (Expr *arg : call->args) {
    auto *variable = dyn_cast<VariableExpr>(arg);
    if (!variable || variables.contains(variable->name) ||
        functionsNamed(normalizedName(variable->name)).empty())
      check(arg);
    else
      arg->type = BaseType::Function;
  }
  if (anyError(call->args))
    return true;
  if (entry)
    checkVariadic(call, *entry);
  else if (isReduceSum)
    checkReduceSum(call);
  else
    checkLaplace(call);
  for (Expr *arg : call->args)
    call->autodiff |= arg->autodiff;
  call->autodiff &= !call->type.isDiscrete();
  return true;
}

bool Checker::promoteArg(CallExpr *call, size_t index, Type type) {
  Expr *&arg = call->args[index];
  if (!isPromotable(arg->type, type)) {
    error(arg->range, "argument " + llvm::Twine(index + 1) + " of '" + call->name + "' must be " +
                          type.str() + ", not " + arg->type.str());
    return false;
  }
  arg = promote(arg, type);
  return true;
}

FunctionDecl *Checker::passFunction(Expr *arg, ArrayRef<Type> types, size_t fixed, Type result,
                                    StringRef caller) {
  auto *name = dyn_cast<VariableExpr>(arg);
  if (!name || arg->type.base() != BaseType::Function) {
    error(arg->range, "'" + caller + "' expects the name of a function here");
    return nullptr;
  }
  FunctionDecl *best = nullptr;
  unsigned bestCost = 0;
  ArrayRef<FunctionDecl *> candidates = functionsNamed(normalizedName(name->name));
  for (FunctionDecl *candidate : candidates) {
    if (candidate->returnType != result || candidate->args.size() != types.size())
      continue;
    unsigned cost = 0;
    bool fits = true;
    for (size_t i = 0; i < types.size() && fits; ++i) {
      Type param = candidate->args[i]->type;
      fits = i < fixed ? types[i] == param : isPromotable(types[i], param);
      cost += fits ? promotionCost(types[i], param) : 0;
    }
    if (!fits || (best && cost >= bestCost))
      continue;
    best = candidate;
    bestCost = cost;
  }
  if (!best) {
    error(arg->range, "'" + caller + "' needs '" + name->name + "' to take " + listTypes(types) +
                          " and return " + result.str());
    for (FunctionDecl *candidate : candidates)
      diagnostics.note(candidate->range, "candidate: " + headlineOf(*candidate));
    return nullptr;
  }
  name->function = best;
  return best;
}

void Checker::checkVariadic(CallExpr *call, const HigherOrder &entry) {
  llvm::SmallVector<Type, 8> control = parseTypes(entry.args, program.arena);
  llvm::SmallVector<Type, 8> more = parseTypes(entry.moreArgs, program.arena);
  size_t count = call->args.size(), least = control.size() + 1;
  if (!more.empty() && count == least + more.size())
    control.append(more.begin(), more.end());
  if (count < least || (!entry.isVariadic && count != control.size() + 1))
    return error(call->nameRange, "'" + call->name + "' takes a function and " +
                                      (entry.isVariadic ? "at least " : "") + llvm::Twine(least - 1) +
                                      (more.empty() ? "" : " or " + std::to_string(least - 1 + more.size())) +
                                      " more arguments, not " + llvm::Twine(count ? count - 1 : 0));
  for (size_t i = 0; i < control.size(); ++i)
    if (!promoteArg(call, i + 1, control[i]))
      return;
  llvm::SmallVector<Type, 8> types = parseTypes(entry.functionArgs, program.arena);
  size_t fixed = types.size(), first = control.size() + 1;
  if (entry.isVariadic)
    for (Expr *arg : call->args.drop_front(first))
      types.push_back(arg->type);
  FunctionDecl *passed = passFunction(call->args[0], types, fixed,
                                      *parseTypeNotation(entry.functionResult, program.arena), call->name);
  if (!passed)
    return;
  for (size_t i = first; i < count; ++i) {
    VarDecl *param = passed->args[fixed + i - first];
    if (param->isDataOnly && call->args[i]->autodiff)
      error(call->args[i]->range, "this argument must be data only, as '" + passed->name + "' declares it");
    call->args[i] = promote(call->args[i], param->type);
  }
  call->type = *parseTypeNotation(entry.result, program.arena);
}

/// reduce_sum(f, xs, grain, args...) with f(slice of xs, start, end, args...).
void Checker::checkReduceSum(CallExpr *call) {
  if (call->args.size() < 3)
    return error(call->nameRange, "'" + call->name +
                                      "' takes a function, an array, a grain size and the arguments to "
                                      "pass on");
  Type sliced = call->args[1]->type;
  if (!sliced.isArray())
    return error(call->args[1]->range,
                 "argument 2 of '" + call->name + "' must be an array, not " + sliced.str());
  if (!promoteArg(call, 2, BaseType::Int))
    return;
  llvm::SmallVector<Type, 8> types = {sliced, BaseType::Int, BaseType::Int};
  for (Expr *arg : call->args.drop_front(3))
    types.push_back(arg->type);
  FunctionDecl *passed = passFunction(call->args[0], types, 0, BaseType::Real, call->name);
  if (!passed)
    return;
  call->args[1] = promote(call->args[1], passed->args[0]->type);
  for (size_t i = 3; i < call->args.size(); ++i)
    call->args[i] = promote(call->args[i], passed->args[i]->type);
  call->type = BaseType::Real;
}

/// Likelihood (a function and a tuple of its arguments, or the data of a named one), block size, covariance
/// (a function and a tuple), and for _tol a tuple of tolerances.
void Checker::checkLaplace(CallExpr *call) {
  StringRef name = call->name;
  bool hasTolerances = name.contains("_tol_") || name.ends_with("_tol");
  bool isRng = name.ends_with("_rng");
  StringRef data;
  if (name.contains("neg_binomial_2_log"))
    data = "[]int []int vector vector";
  else if (name.contains("poisson_log") || name.contains("bernoulli_logit"))
    data = "[]int []int vector";
  llvm::SmallVector<Type, 8> likelihood = parseTypes(data, program.arena);
  size_t afterLikelihood = data.empty() ? 2 : likelihood.size();
  size_t expected = afterLikelihood + 3 + hasTolerances;
  if (call->args.size() != expected)
    return error(call->nameRange, "'" + name + "' takes " + llvm::Twine(expected) + " arguments, not " +
                                      llvm::Twine(call->args.size()));

  auto passWithTuple = [&](size_t index, ArrayRef<Type> leading, Type result) {
    Type tuple = call->args[index + 1]->type;
    if (!tuple.isTuple()) {
      error(call->args[index + 1]->range,
            "the arguments that '" + name + "' passes on must be a tuple, not " + tuple.str());
      return false;
    }
    llvm::SmallVector<Type, 8> types(leading.begin(), leading.end());
    types.append(tuple.slots().begin(), tuple.slots().end());
    FunctionDecl *passed = passFunction(call->args[index], types, leading.size(), result, name);
    if (!passed)
      return false;
    llvm::SmallVector<Type> params;
    for (VarDecl *param : passed->args.drop_front(leading.size()))
      params.push_back(param->type);
    call->args[index + 1] =
        promote(call->args[index + 1], Type(ArrayRef<Type>(program.makeList<Type>(params))));
    return true;
  };
  if (data.empty()) {
    if (!passWithTuple(0, {BaseType::Vector}, BaseType::Real))
      return;
  } else {
    for (size_t i = 0; i < likelihood.size(); ++i)
      if (!promoteArg(call, i, likelihood[i]))
        return;
  }
  if (!promoteArg(call, afterLikelihood, BaseType::Int) ||
      !passWithTuple(afterLikelihood + 1, {}, BaseType::Matrix))
    return;
  if (hasTolerances) {
    llvm::SmallVector<Type, 8> slots = parseTypes("vector real int int int int", program.arena);
    if (!promoteArg(call, expected - 1, Type(ArrayRef<Type>(program.makeList<Type>(slots)))))
      return;
  }
  if (name.contains("_solve"))
    call->type = *parseTypeNotation("tuple(vector,matrix)", program.arena); // mean and Cholesky factor
  else
    call->type = isRng ? BaseType::Vector : BaseType::Real;
}
