/** A third-party program that is needed is not there and cannot be installed; the message says what to do. */
export class ToolMissing extends Error {
  override readonly name: string = 'ToolMissing';
}

/** No Python that is new enough: none at all, or older than 3.10. */
export class PythonMissing extends ToolMissing {
  override readonly name = 'PythonMissing';
}

/** Python is there, its `venv` or `pip` module is not. */
export class VenvMissing extends ToolMissing {
  override readonly name = 'VenvMissing';
}

/** pip could not install the pinned packages: most often the package index does not answer. */
export class PackagesNotInstalled extends ToolMissing {
  override readonly name = 'PackagesNotInstalled';
}
