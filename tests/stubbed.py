"""The command line with the stub in the place of the pipeline, in the workers, too: they import this file again.

It is as patient as the environment says: with what hangs (``STUB_GRACE``), and with whom it may wait for behind a URL
(``STUB_DEAD``); both in seconds.
"""

import os
import sys
import types

from nqextract import storage
from nqextract.run import limits
from samples import StubPipeline, full_result

stub = types.ModuleType("nqextract.pipeline")
stub.__dict__["Pipeline"] = StubPipeline
stub.__dict__["result"] = full_result
sys.modules["nqextract.pipeline"] = stub
limits._GRACE = float(os.environ.get("STUB_GRACE", limits._GRACE))
storage.DEAD = float(os.environ.get("STUB_DEAD", storage.DEAD))
storage.BEAT = min(storage.BEAT, storage.DEAD / 3)

if __name__ == "__main__":  # workers need no command line
    from nqextract.cli import main

    main()
