"""The command line with the stub in the place of the pipeline, in the workers, too: they import this file again."""

import sys
import types

from nqextract.cli import main
from samples import StubPipeline

stub = types.ModuleType("nqextract.pipeline")
stub.__dict__["Pipeline"] = StubPipeline
sys.modules["nqextract.pipeline"] = stub

if __name__ == "__main__":
    main()
