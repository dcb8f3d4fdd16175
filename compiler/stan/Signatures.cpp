//===- Signatures.cpp - matching calls against the builtin table ------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Signatures.h"

#include "runtime/abi.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"

using namespace astragal::stan;
using llvm::ArrayRef;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

namespace {

/// One alternative of a line: "R R R" and "real". Both are parts of a literal in the .def files.
struct Alternative {
  StringRef args, result;
};

struct Table {
  llvm::StringMap<llvm::SmallVector<Alternative, 2>> functions;

  void addSignatures(StringRef line) {
    auto [names, alternatives] = line.split(':');
    llvm::SmallVector<StringRef> split;
    alternatives.split(split, '|');
    for (StringRef text : split) {
      size_t arrow = text.find("->");
      Alternative alternative = {text.take_front(arrow).trim(), text.drop_front(arrow + 2).trim()};
      for (StringRef rest = names; !rest.trim().empty();) {
        StringRef name;
        std::tie(name, rest) = rest.trim().split(' ');
        functions[name].push_back(alternative);
      }
    }
  }

  void addDensity(StringRef line, StringRef more) {
    auto [name, kindAndArgs] = line.split(' ');
    auto [kind, args] = kindAndArgs.split(' ');
    auto add = [&](const llvm::Twine &suffix, StringRef args, StringRef result) {
      functions[(name + "_" + suffix).str()].push_back({args, result});
    };
    add(kind, args, "real");
    if (more.contains("cdf"))
      for (StringRef suffix : {"cdf", "lcdf", "lccdf"})
        add(suffix, args, "real");
    if (more.contains("rng"))
      add("rng", args.split(' ').second, kind == "lpdf" ? "realv" : "intv");
  }
};

const Table &builtins() {
  static const Table table = [] {
    Table result;
#define SIGNATURES(text) result.addSignatures(text);
#define DENSITY(text, more) result.addDensity(text, more);
#include "compiler/stan/Builtins.def"
    return result;
  }();
  return table;
}

const Table &primitives() {
  static const Table table = [] {
    Table result;
#define PRIMITIVE(text) result.addSignatures(text);
#include "compiler/stan/Primitives.def"
#define REALS_1 "real"
#define REALS_2 "real real"
#define REALS_3 "real real real"
#define REALS_4 "real real real real"
#define ADD_SPECIAL(name, arity) result.addSignatures("tg_" #name ": " REALS_##arity " -> real");
    ASTRAGAL_SPECIAL_FUNCTIONS(ADD_SPECIAL)
#undef ADD_SPECIAL
    return result;
  }();
  return table;
}

ArrayRef<Alternative> alternativesOf(StringRef name, bool withPrimitives) {
  if (auto found = builtins().functions.find(name); found != builtins().functions.end())
    return found->second;
  if (withPrimitives)
    if (auto found = primitives().functions.find(name); found != primitives().functions.end())
      return found->second;
  return {};
}

BaseType baseNamed(StringRef name) {
  return llvm::StringSwitch<BaseType>(name)
      .Case("int", BaseType::Int)
      .Case("real", BaseType::Real)
      .Case("complex", BaseType::Complex)
      .Case("vector", BaseType::Vector)
      .Case("row", BaseType::RowVector)
      .Case("matrix", BaseType::Matrix)
      .Case("cvector", BaseType::ComplexVector)
      .Case("crow", BaseType::ComplexRowVector)
      .Case("cmatrix", BaseType::ComplexMatrix)
      .Default(BaseType::Error);
}

/// Takes the dimensions off "[,]T".
unsigned takeRank(StringRef &text) {
  if (!text.consume_front("["))
    return 0;
  unsigned rank = 1;
  while (text.consume_front(","))
    ++rank;
  text.consume_front("]");
  return rank;
}

//===----------------------------------------------------------------------===//
// Matching
//===----------------------------------------------------------------------===//

/// Matches one alternative. First `bind` sees all arguments, to find what the sets have in common; then
/// `paramOf` says what each argument becomes.
class Matcher {
public:
  Matcher(ArrayRef<Type> args, llvm::BumpPtrAllocator &arena) : args(args), arena(arena) {}

  std::optional<SignatureMatch> match(const Alternative &alternative);

private:
  bool bind(StringRef set, Type arg);
  bool bindContainer(StringRef set, Type arg);
  bool bindVariable(unsigned rank, Type arg);
  std::optional<Type> paramOf(StringRef set, Type arg);
  std::optional<Type> resultOf(StringRef text);

  ArrayRef<Type> args;
  llvm::BumpPtrAllocator &arena;
  std::optional<Type> container; // of sets B, M, C, Q
  std::optional<Type> variable;  // T
  std::optional<unsigned> stars; // the arrays of *x
  std::optional<Type> element;   // of sets E, N, Z, G, H: the promoted argument
  unsigned intRank = 0;          // of set J
  bool anyContainer = false;     // for realv, intv
  bool anyArray = false;         // for vectorv
};

} // namespace

static bool isRealBase(BaseType base) {
  return base == BaseType::Int || base == BaseType::Real || base == BaseType::Vector ||
         base == BaseType::RowVector || base == BaseType::Matrix;
}

static bool isNumberBase(BaseType base) { return base >= BaseType::Int && base <= BaseType::ComplexMatrix; }

bool Matcher::bindContainer(StringRef set, Type arg) {
  bool isComplexSet = set == "C" || set == "Q";
  if (!(isComplexSet ? isNumberBase(arg.base()) : isRealBase(arg.base())))
    return false;
  if ((set == "M" || set == "C") && arg.isArray())
    return false;
  if (arg.isScalar())
    return true;
  Type promoted(isComplexSet ? complexBase(arg.base()) : realBase(arg.base()), arg.rank());
  if (container && *container != promoted)
    return false;
  container = promoted;
  return true;
}

bool Matcher::bindVariable(unsigned rank, Type arg) {
  if (arg.rank() < rank || arg.base() == BaseType::Void || arg.base() == BaseType::Function)
    return false;
  Type bound = arg.withRank(arg.rank() - rank);
  if (!variable || isPromotable(*variable, bound))
    variable = bound;
  return isPromotable(bound, *variable);
}

bool Matcher::bind(StringRef set, Type arg) {
  anyContainer |= !arg.isScalar();
  anyArray |= arg.isArray();
  if (set == "B" || set == "M" || set == "C" || set == "Q")
    return bindContainer(set, arg);
  if (set == "J") {
    intRank = arg.rank();
    return arg.base() == BaseType::Int;
  }
  if (set == "E" && isRealBase(arg.base()))
    element = Type(realBase(arg.base()), arg.rank());
  else if ((set == "N" && isNumberBase(arg.base())) ||
           (set == "H" && (arg.base() == BaseType::Int || arg.base() == BaseType::Real)))
    element = arg;
  else if (set == "Z" && isNumberBase(arg.base()))
    element = Type(complexBase(arg.base()), arg.rank());
  else if (set == "G" && arg.base() == BaseType::Int) {
    if (element && element->isArray() && arg.isArray() && *element != arg)
      return false;
    if (!element || arg.isArray())
      element = arg;
  } else if (set == "E" || set == "N" || set == "Z" || set == "G" || set == "H")
    return false;
  StringRef rest = set;
  unsigned rank = takeRank(rest);
  if (rest == "T")
    return bindVariable(rank, arg);
  if (rest.consume_front("*")) {
    if (stars && *stars != arg.rank())
      return false;
    stars = arg.rank();
  }
  return true;
}

std::optional<Type> Matcher::paramOf(StringRef set, Type arg) {
  if (set == "B" || set == "M" || set == "C" || set == "Q") {
    BaseType scalar = set == "C" || set == "Q" ? BaseType::Complex : BaseType::Real;
    return arg.isScalar() ? Type(scalar) : *container;
  }
  if (set == "J" || set == "G")
    return arg;
  if (set == "E" || set == "N" || set == "Z" || set == "H")
    return *element;
  bool isVectorLike = arg.isVector() || arg.isRowVector();
  if (set == "R" || set == "R1") {
    if (isVectorLike)
      return arg;
    if (arg.rank() > 1 || (set == "R1" && arg.rank() == 0))
      return std::nullopt;
    return Type(BaseType::Real, arg.rank());
  }
  if (set == "I") {
    if (arg.rank() > 1)
      return std::nullopt;
    return Type(BaseType::Int, arg.rank());
  }
  if (set == "V1")
    return isVectorLike ? std::optional(arg) : std::nullopt;
  if (set == "V") {
    bool fits = arg.rank() <= 1 && (arg.base() == BaseType::Vector || arg.base() == BaseType::RowVector);
    return fits ? std::optional(arg) : std::nullopt;
  }
  StringRef rest = set;
  unsigned rank = takeRank(rest);
  if (rest == "T")
    return variable->arrayOf(rank);
  if (rest.consume_front("*"))
    return Type(baseNamed(rest), *stars);
  return parseTypeNotation(set, arena);
}

std::optional<Type> Matcher::resultOf(StringRef text) {
  if (text == "realv")
    return Type(BaseType::Real, anyContainer);
  if (text == "intv")
    return Type(BaseType::Int, anyContainer);
  if (text == "vectorv")
    return Type(BaseType::Vector, anyArray);
  if (text == "B" || text == "M")
    return container ? *container : Type(BaseType::Real);
  if (text == "C" || text == "Q")
    return container ? *container : Type(BaseType::Complex);
  if (text == "cB")
    return container ? Type(complexBase(container->base()), container->rank()) : Type(BaseType::Complex);
  if (text == "E" || text == "N" || text == "Z" || text == "G" || text == "H")
    return *element;
  if (text == "reN" || text == "reZ")
    return Type(partBase(element->base()), element->rank());
  if (text == "intH")
    return Type(BaseType::Int, element->rank());
  if (text == "flatH")
    return element->isArray() ? std::optional(element->withRank(1)) : std::nullopt;
  StringRef rest = text;
  unsigned rank = takeRank(rest);
  if (rest == "T")
    return variable->arrayOf(rank);
  if (rest.consume_front("*"))
    return Type(baseNamed(rest), *stars);
  return parseTypeNotation(text, arena);
}

std::optional<SignatureMatch> Matcher::match(const Alternative &alternative) {
  llvm::SmallVector<StringRef, 8> sets;
  alternative.args.split(sets, ' ', -1, /*KeepEmpty=*/false);
  if (sets.size() != args.size())
    return std::nullopt;
  for (size_t i = 0; i < sets.size(); ++i)
    if (!bind(sets[i], args[i]))
      return std::nullopt;
  if (intRank) {
    if (!container)
      container = Type(BaseType::Real, intRank);
    else if (container->indexDepth() != intRank)
      return std::nullopt;
  }

  SignatureMatch match;
  for (size_t i = 0; i < sets.size(); ++i) {
    std::optional<Type> param = paramOf(sets[i], args[i]);
    if (!param || !isPromotable(args[i], *param))
      return std::nullopt;
    match.cost += promotionCost(args[i], *param);
    match.params.push_back(*param);
  }
  std::optional<Type> result = resultOf(alternative.result);
  if (!result)
    return std::nullopt;
  match.result = *result;
  return match;
}

//===----------------------------------------------------------------------===//
// Interface
//===----------------------------------------------------------------------===//

std::optional<Type> astragal::stan::parseTypeNotation(StringRef text, llvm::BumpPtrAllocator &arena) {
  unsigned rank = takeRank(text);
  if (text.consume_front("tuple(")) {
    llvm::SmallVector<StringRef> names;
    text.drop_back().split(names, ','); // no array of two dimensions and no tuple inside a tuple
    Type *slots = arena.Allocate<Type>(names.size());
    for (size_t i = 0; i < names.size(); ++i)
      new (slots + i) Type(*parseTypeNotation(names[i], arena));
    return Type(ArrayRef<Type>(slots, names.size()), rank);
  }
  BaseType base = baseNamed(text);
  if (base == BaseType::Error)
    return std::nullopt;
  return Type(base, rank);
}

bool astragal::stan::isBuiltin(StringRef name, bool withPrimitives) {
  return !alternativesOf(name, withPrimitives).empty();
}

std::optional<SignatureMatch> astragal::stan::matchBuiltin(StringRef name, ArrayRef<Type> args,
                                                           llvm::BumpPtrAllocator &arena,
                                                           bool withPrimitives) {
  std::optional<SignatureMatch> best;
  for (const Alternative &alternative : alternativesOf(name, withPrimitives)) {
    std::optional<SignatureMatch> match = Matcher(args, arena).match(alternative);
    if (match && (!best || match->cost < best->cost))
      best = std::move(match);
  }
  return best;
}

std::vector<std::string> astragal::stan::builtinSignatures(StringRef name) {
  std::vector<std::string> result;
  for (const Alternative &alternative : alternativesOf(name, true))
    result.push_back(
        (alternative.args + (alternative.args.empty() ? "-> " : " -> ") + alternative.result).str());
  return result;
}

void astragal::stan::forEachBuiltin(llvm::function_ref<void(StringRef)> visit) {
  for (const auto &entry : builtins().functions)
    visit(entry.getKey());
}
