//===- Compiler.cpp - from Stan text to any phase -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Compiler.h"

#include "compiler/driver/Regions.h"
#include "compiler/driver/Remarks.h"
#include "compiler/optimize/SingleData.h"
#include "compiler/pipeline/Dialects.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/stan/Lower.h"
#include "compiler/stan/Parser.h"
#include "compiler/stan/TypeChecker.h"
#include "dialects/prob/Prob.h"
#include "runtime/Error.h"
#include "runtime/io/Similar.h"
#include "runtime/io/SourceLine.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace astragal::driver {

struct Compiler::State {
  stan::SourceManager sources;
  stan::Diagnostics diagnostics{sources};
  std::unique_ptr<stan::Program> program;
  std::string name, text;
  Remarks remarks;
  MLIRContext context{MLIRContext::Threading::DISABLED};
  OwningOpRef<ModuleOp> module;

  /// What the front end has to say so far.
  std::string report() {
    std::string message;
    llvm::raw_string_ostream os(message);
    diagnostics.print(os);
    while (!message.empty() && message.back() == '\n')
      message.pop_back();
    return message;
  }

  [[noreturn]] void fail() { throw Error(Error::Kind::Model, report()); }

  /// A diagnostic of a pass, in the form of those of the front end.
  std::string format(Diagnostic &diagnostic) {
    std::string message;
    llvm::raw_string_ostream os(message);
    Location where = diagnostic.getLocation();
    FileLineColLoc line;
    where->walk([&](Location inner) {
      line = dyn_cast<FileLineColLoc>(inner);
      return line ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (line)
      os << line.getFilename().getValue() << ":" << line.getLine() << ":" << line.getColumn() << ": ";
    else
      os << name << ": ";
    os << "error: " << diagnostic.str();
    if (line && line.getFilename() == name) {
      os << "\n" << io::quoteLine(io::lineOf(text, line.getLine()), line.getColumn());
    }
    return message;
  }
};

/// ", did you mean 'raise-loops'?" of a name that is none.
static std::string suggestPass(const std::string &name) {
  std::vector<std::string> passes(pipeline::optionalPasses().begin(), pipeline::optionalPasses().end());
  std::string similar = io::findSimilar(name, passes);
  return similar.empty() ? "" : ", did you mean '" + similar + "'?";
}

Compiler::Compiler(std::string name, std::string text, CompilerOptions options)
    : state(std::make_unique<State>()), options(std::move(options)) {
  Stopwatch watch(timings);
  DialectRegistry registry;
  pipeline::registerDialects(registry);
  state->context.appendDialectRegistry(registry);
  if (this->options.remarks)
    state->remarks.collect(state->context);
  for (const std::string &pass : this->options.disabledPasses)
    if (!llvm::is_contained(pipeline::optionalPasses(), pass))
      throw Error(Error::Kind::Usage, "'" + pass + "' is not a pass that can be disabled" +
                                          suggestPass(pass) +
                                          "; these can: " + llvm::join(pipeline::optionalPasses(), ", "));
  for (const std::string &directory : this->options.includeDirectories)
    state->sources.addIncludeDirectory(directory);
  unsigned file = state->sources.addText(name, text);
  state->name = std::move(name);
  state->text = std::move(text);
  state->program = stan::parse(state->sources, file, state->diagnostics);
  watch.lap("parse");
  if (state->diagnostics.hasErrors() || !stan::check(*state->program, state->diagnostics))
    state->fail();
  watch.lap("check");
}

Compiler::~Compiler() = default;

std::unique_ptr<Compiler> Compiler::fromFile(const std::string &path, CompilerOptions options) {
  Source source = readSource(path, options.includeDirectories);
  options.includeDirectories = std::move(source.includeDirectories);
  return std::make_unique<Compiler>(std::move(source.name), std::move(source.text), std::move(options));
}

ModuleOp Compiler::getModule() { return *state->module; }

std::string Compiler::getRemarks() const { return state->remarks.print(); }

std::vector<std::string> Compiler::getSizeVariables() const {
  std::vector<std::string> names;
  for (const stan::VarDecl *decl : stan::findSizeVariables(*state->program))
    names.push_back(decl->name.str());
  return names;
}

std::vector<std::string> Compiler::getAbsentIncludes() const { return state->sources.getAbsent().vec(); }

std::vector<std::pair<std::string, std::string>> Compiler::getIncludes() const {
  std::vector<std::pair<std::string, std::string>> files;
  for (unsigned file = 1; file < state->sources.fileCount(); ++file)
    files.push_back({state->sources.name(file).str(), state->sources.text(file).str()});
  return files;
}

std::string Compiler::getWarnings() const { return state->report(); }

/// Whether anything comes of these generated quantities: an output, a check, a line that is printed.
static bool hasOutputOrEffect(prob::GeneratedOp generated) {
  return llvm::any_of(generated.getBody().front(),
                      [](Operation &op) { return isa<prob::OutputOp>(op) || !isMemoryEffectFree(&op); });
}

/// The dimensions of a variable as the program writes them, a line each.
static std::string spellSizes(const stan::Program &program, const stan::TypeSpec &spec) {
  std::string text;
  auto add = [&](const stan::Expr *size) {
    std::string line = program.sources.spelling(size->range).str();
    std::replace(line.begin(), line.end(), '\n', ' ');
    text += line + "\n";
  };
  llvm::for_each(spec.arraySizes, add);
  llvm::for_each(spec.sizes, add);
  if (spec.base == stan::BaseType::Matrix && spec.sizes.size() == 1) // a square one
    add(spec.sizes[0]);
  return text;
}

/// Those of data.
static llvm::StringMap<std::string> spellDataSizes(const stan::Program &program) {
  llvm::StringMap<std::string> sizes;
  if (program.data)
    for (const stan::Stmt *stmt : program.data->body)
      if (auto *decls = dyn_cast<stan::DeclStmt>(stmt))
        for (const stan::VarDecl *decl : decls->variables)
          sizes[decl->name] = spellSizes(program, *decl->spec);
  return sizes;
}

/// What the runtime needs to know of a model's variables.
static ModelDescription describe(prob::ModelOp model, const stan::Program &program) {
  ModelDescription description;
  llvm::StringMap<std::string> dataSizes = spellDataSizes(program);
  description.name = model.getSymName().str();
  auto variable = [&](Operation *op, StringRef name, Type type, int32_t arrayRank, uint8_t block) {
    auto line = dyn_cast<FileLineColLoc>(op->getLoc());
    auto tensor = dyn_cast<RankedTensorType>(type);
    return VariableDescription{
        name.str(),
        line ? line.getFilename().str() : "",
        line ? line.getLine() : 0,
        line ? line.getColumn() : 0,
        block == ASTRAGAL_DATA ? dataSizes.lookup(name) : "",
        block,
        static_cast<uint8_t>(getElementTypeOrSelf(type).isInteger(32) ? ASTRAGAL_INT : ASTRAGAL_REAL),
        static_cast<uint8_t>(arrayRank),
        static_cast<uint8_t>(tensor ? tensor.getRank() : 0),
        0};
  };
  model.walk([&](Operation *op) {
    if (auto data = dyn_cast<prob::DataOp>(op))
      description.data.push_back(
          variable(op, data.getName(), data.getResult().getType(), data.getArrayRank(), ASTRAGAL_DATA));
    else if (auto output = dyn_cast<prob::OutputOp>(op))
      description.outputs.push_back(variable(op, output.getName(), output.getValue().getType(),
                                             output.getArrayRank(),
                                             static_cast<uint8_t>(output.getBlock()) + ASTRAGAL_PARAMETER));
    else if (auto generated = dyn_cast<prob::GeneratedOp>(op))
      description.hasGenerated = hasOutputOrEffect(generated);
  });
  return description;
}

void Compiler::lower(const io::Data *data) {
  Stopwatch watch(timings);
  lowering = {};
  // A C identifier, whatever the file is called.
  std::string stem = llvm::sys::path::stem(state->name).str();
  for (char &c : stem)
    if (!std::isalnum(static_cast<unsigned char>(c)))
      c = '_';
  if (stem.empty())
    stem = "anonymous";
  // A symbol of its own: distributions have theirs.
  lowering.modelName = stem + "_model";
  if (data)
    for (const stan::VarDecl *decl : stan::findSizeVariables(*state->program))
      if (const io::Value *value = data->find(decl->name.str());
          value && value->dims.empty() && value->isInt && value->values.size() == 1 &&
          value->values[0] >= 0 && value->values[0] <= INT32_MAX)
        lowering.sizes[decl->name] = static_cast<int32_t>(value->values[0]);
  state->module = stan::lower(*state->program, state->context, state->diagnostics, lowering);
  if (!state->module)
    state->fail();
  for (auto model : state->module->getOps<prob::ModelOp>())
    description = describe(model, *state->program);
  description.name = stem;
  watch.lap("lower");
}

/// Says what instructions the target has that passes would use. Where fused multiply-add lacks, LLVM would
/// call a function.
static void setInstructions(pipeline::PipelineOptions &passes, const TargetOptions &target) {
  auto machine = makeTargetMachine(target);
  if (!machine) {
    llvm::consumeError(machine.takeError()); // code generation reports it
    return;
  }
  if (!(*machine)->getTargetTriple().isX86())
    return;
  const llvm::MCSubtargetInfo *processor = (*machine)->getMCSubtargetInfo();
  passes.fma = processor->checkFeatures("+fma");
  passes.scaleb = processor->checkFeatures("+avx512f,+avx512vl");
}

void Compiler::addExplanations() {
  CompilerOptions later = options;
  later.entries = {"explain_prepare", "explain_log_density", "explain_generate", "trace_gradient"};
  later.hoistData = false;
  later.profile = false;
  later.firstCheck = options.firstCheck + static_cast<int>(getChecks(*state->module).size());
  OwningOpRef<ModuleOp> fast = std::move(state->module), slow;
  std::swap(options, later);
  while (!slow && !options.entries.empty()) {
    state->module = stan::lower(*state->program, state->context, state->diagnostics, lowering);
    if (!state->module)
      state->fail();
    reached = pipeline::Phase::Prob;
    try {
      run(pipeline::Phase::Llvm);
      slow = std::move(state->module);
    } catch (const Error &) {
      options.entries.pop_back(); // a model that runs may have entries less to explain it
    }
  }
  std::swap(options, later);
  reached = pipeline::Phase::Llvm;
  state->module = std::move(fast);
  if (!slow)
    return;

  // One module of the two; helper functions may have the same names.
  auto isDeclaration = [](Operation *op) {
    auto function = dyn_cast<FunctionOpInterface>(op);
    return function && function.isExternal();
  };
  SymbolTable symbols(*state->module);
  for (Operation &op : llvm::make_early_inc_range(*slow->getBody())) {
    auto symbol = dyn_cast<SymbolOpInterface>(op);
    if (!symbol)
      continue;
    Operation *other = symbols.lookup(symbol.getNameAttr());
    if (other && isDeclaration(&op))
      continue;
    if (other && isDeclaration(other)) {
      symbols.erase(other);
    } else if (other) {
      std::string name = symbol.getName().str();
      for (unsigned k = 1; symbols.lookup(name) || (k > 1 && slow->lookupSymbol(name)); ++k)
        name = (symbol.getName() + "_explain" + Twine(k)).str();
      if (failed(SymbolTable::replaceAllSymbolUses(&op, StringAttr::get(&state->context, name), *slow)))
        throw Error(Error::Kind::Model, state->name + ": '" + symbol.getName().str() + "' cannot be renamed");
      symbol.setName(name);
    }
    op.remove();
    symbols.insert(&op);
  }
  SmallVector<Attribute> checks;
  for (ModuleOp module : {*state->module, *slow})
    if (auto table = module->getAttrOfType<ArrayAttr>("prob.checks"))
      llvm::append_range(checks, table);
  (*state->module)->setAttr("prob.checks", ArrayAttr::get(&state->context, checks));
}

void Compiler::run(pipeline::Phase phase) {
  Stopwatch watch(timings);
  pipeline::PipelineOptions passes;
  passes.entries = options.entries;
  passes.disabled = options.disabledPasses;
  passes.verifyPhases = options.verifyPhases;
  passes.hoistData = options.hoistData;
  passes.singleData = options.singleData;
  passes.firstCheck = options.firstCheck;
  passes.profile = options.profile;
  passes.firstRegion = options.firstRegion;
  passes.explain = !options.entries.empty() && llvm::all_of(options.entries, [](const std::string &entry) {
    return isExplanation(entry);
  });
  if (reached < pipeline::Phase::Scheduled && phase >= pipeline::Phase::Scheduled)
    setInstructions(passes, options.target);
  std::string errors;
  ScopedDiagnosticHandler handler(&state->context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error && errors.empty())
      errors = state->format(diagnostic);
    return success();
  });
  for (const pipeline::PhaseInfo &info : pipeline::phases) {
    if (info.phase <= reached || info.phase > phase)
      continue;
    PassManager pm(&state->context);
    pm.enableVerifier(options.verifyPhases);
    pipeline::addPhase(pm, info.phase, passes);
    if (failed(pm.run(*state->module)))
      throw Error(Error::Kind::Model,
                  errors.empty() ? state->name + ": phase '" + std::string(info.name) + "' failed" : errors);
    reached = info.phase;
    if (info.phase == pipeline::Phase::Pooled && options.profile)
      describeRegions(*state->module, *state->program, description);
    watch.lap(info.name);
  }
  if (auto rows = (*state->module)->getAttrOfType<DenseI64ArrayAttr>(optimize::singleDataAttr))
    for (auto [k, dimensions] : llvm::enumerate(rows.asArrayRef()))
      description.data[k].singleRows = static_cast<uint8_t>(dimensions);
}

} // namespace astragal::driver
