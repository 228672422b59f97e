"""The command line with the stub in the place of the pipeline, in the workers, too: they import this file again."""

import sys
import types

from nqextract.cli import main
from samples import StubPipeline, full_result

stub = types.ModuleType("nqextract.pipeline")
stub.__dict__["Pipeline"] = StubPipeline
stub.__dict__["result"] = full_result
sys.modules["nqextract.pipeline"] = stub

if __name__ == "__main__":
    main()
