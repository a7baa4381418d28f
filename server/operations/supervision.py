"""What ties a worker to the process that started it."""

import multiprocessing
import os
import signal
from threading import Thread


def end_with_supervisor() -> None:
    """Stop this worker when its supervisor was killed, so that the port and the database are free.

    The only worker of a server has no supervisor, and nothing is watched.
    """
    supervisor = multiprocessing.parent_process()
    if supervisor is None:
        return

    def watch() -> None:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, name="supervisor-watch", daemon=True).start()
