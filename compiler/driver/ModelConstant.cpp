//===- ModelConstant.cpp - an astragal_model as constant data -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/ModelConstant.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace astragal::driver {

// The constants below have the fields of these structs one by one; LLVM lays them out as C does.
static_assert(sizeof(astragal_variable) == 3 * sizeof(void *) + 16);
static_assert(offsetof(astragal_variable, line) == 2 * sizeof(void *));
static_assert(offsetof(astragal_variable, block) == 3 * sizeof(void *) + 8);
static_assert(offsetof(astragal_check, line) == 2 * sizeof(void *));
static_assert(offsetof(astragal_check, explanation) == 2 * sizeof(void *) + 16);
static_assert(sizeof(astragal_statement) == 3 * sizeof(void *) + 8 &&
              sizeof(astragal_profile_block) == 2 * sizeof(void *));
static_assert(sizeof(astragal_share) == 24 && offsetof(astragal_region, flops) == 2 * sizeof(void *) + 16 &&
              offsetof(astragal_region, by_row) == 2 * sizeof(void *) + 64);
static_assert(offsetof(astragal_model, has_generated) == 16 && offsetof(astragal_model, name) == 24 &&
              offsetof(astragal_model, entries) == 24 + 5 * sizeof(void *));

namespace {
class Constants {
public:
  explicit Constants(Module &module) : module(module), context(module.getContext()) {}

  Constant *string(StringRef text) { return addGlobal(ConstantDataArray::getString(context, text)); }
  Constant *byte(uint8_t value) { return ConstantInt::get(Type::getInt8Ty(context), value); }
  Constant *word(uint32_t value) { return ConstantInt::get(Type::getInt32Ty(context), value); }
  Constant *real(double value) { return ConstantFP::get(Type::getDoubleTy(context), value); }
  Constant *null() { return ConstantPointerNull::get(PointerType::get(context, 0)); }
  Constant *record(ArrayRef<Constant *> fields) { return ConstantStruct::getAnon(context, fields); }

  /// The address of an array, or null for none.
  Constant *table(ArrayRef<Constant *> records) {
    if (records.empty())
      return null();
    return addGlobal(ConstantArray::get(ArrayType::get(records[0]->getType(), records.size()), records));
  }

  Constant *addGlobal(Constant *value) {
    auto *global =
        new GlobalVariable(module, value->getType(), /*isConstant=*/true, GlobalValue::PrivateLinkage, value);
    global->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    return global;
  }

  Constant *variables(const std::vector<VariableDescription> &variables) {
    SmallVector<Constant *> records;
    for (const VariableDescription &v : variables)
      records.push_back(
          record({string(v.name), string(v.file), word(v.line), word(v.column), string(v.sizes),
                  byte(v.block), byte(v.scalar), byte(v.arrayRank), byte(v.rank), byte(v.singleRows)}));
    return table(records);
  }

  Constant *regions(const std::vector<RegionDescription> &regions) {
    SmallVector<Constant *> records;
    for (const RegionDescription &r : regions) {
      SmallVector<Constant *> shares;
      for (const ShareDescription &share : r.shares)
        shares.push_back(record({word(share.statement), real(share.forward), real(share.reverse)}));
      records.push_back(record({word(r.entry), word(r.kind), word(r.parent), word(r.shares.size()),
                                string(r.name), table(shares), real(r.flops), real(r.functionFlops),
                                real(r.bytesRead), real(r.bytesWritten), real(r.calls), real(r.workingSet),
                                byte(r.byRow), byte(r.exact), byte(r.parts)}));
    }
    return table(records);
  }

  Constant *statements(const std::vector<StatementDescription> &statements) {
    SmallVector<Constant *> records;
    for (const StatementDescription &s : statements)
      records.push_back(
          record({string(s.file), word(s.line), word(s.column), string(s.text), word(s.profile)}));
    return table(records);
  }

  Constant *profileBlocks(const std::vector<ProfileBlockDescription> &blocks) {
    SmallVector<Constant *> records;
    for (const ProfileBlockDescription &block : blocks)
      records.push_back(record({string(block.name), word(block.parent)}));
    return table(records);
  }

private:
  Module &module;
  LLVMContext &context;
};
} // namespace

void addModelConstant(Module &module, const ModelDescription &description,
                      const std::vector<CheckDescription> &checks, StringRef compilerName) {
  Constants make(module);
  for (Function &function : module)
    if (!function.isDeclaration())
      function.setLinkage(GlobalValue::InternalLinkage);
  SmallVector<Constant *> checkRecords, entries;
  for (const CheckDescription &check : checks)
    checkRecords.push_back(
        make.record({make.string(check.message), make.string(check.file), make.word(check.line),
                     make.word(check.column), make.word(check.kind), make.string(check.explanation)}));
  for (const char *name : entryNames) {
    Function *entry = module.getFunction(name);
    entries.push_back(entry && !entry->isDeclaration() ? static_cast<Constant *>(entry) : make.null());
  }
  auto *functions = ArrayType::get(entries[0]->getType(), entries.size());
  Constant *model = make.addGlobal(make.record({
      make.word(ASTRAGAL_ABI_VERSION),
      make.word(description.data.size()),
      make.word(description.outputs.size()),
      make.word(checks.size()),
      make.word(description.hasGenerated),
      make.string(description.name),
      make.string(compilerName),
      make.variables(description.data),
      make.variables(description.outputs),
      make.table(checkRecords),
      ConstantArray::get(functions, entries),
      make.word(description.regions.size()),
      make.word(description.statements.size()),
      make.word(description.profileBlocks.size()),
      make.regions(description.regions),
      make.statements(description.statements),
      make.profileBlocks(description.profileBlocks),
  }));
  auto *type = FunctionType::get(PointerType::get(module.getContext(), 0), /*isVarArg=*/false);
  Function *get = Function::Create(type, GlobalValue::ExternalLinkage, ASTRAGAL_MODEL_SYMBOL, module);
  IRBuilder<> builder(BasicBlock::Create(module.getContext(), "", get));
  builder.CreateRet(model);
}

} // namespace astragal::driver
