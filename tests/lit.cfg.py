import os
import lit.formats

config.name = "Astragal"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.astragal_obj_dir, "lit")
config.environment["FILECHECK_OPTS"] = "-enable-var-scope"
# Tests of the cache turn it on.
config.environment["ASTRAGAL_CACHE"] = "off"
config.environment["PATH"] = os.pathsep.join(
    [config.astragal_tools_dir, config.llvm_tools_dir, os.environ["PATH"]]
)
config.substitutions += [
    ("%root", config.astragal_source_dir),
    ("%models", os.path.join(config.astragal_source_dir, "tests", "models")),
    ("%libdir", config.astragal_lib_dir),
    ("%bindir", config.astragal_tools_dir),
]
