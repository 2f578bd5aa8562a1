// What went wrong with a call, by a word that stays the same.

/**
 * The daemon's own words (docs/wire-api/service.md), and `connection_lost`,
 * which only a client can know: the request may have been carried out.
 */
export type Reason =
  | "invalid_argument"
  | "not_found"
  | "permission_denied"
  | "resource_exhausted"
  | "too_large"
  | "storage_failed"
  | "unavailable"
  | "failed_precondition"
  | "file_transfer_disabled"
  | "incompatible_protocol"
  | "render_failed"
  | "data_loss"
  | "timed_out"
  | "cancelled"
  | "connection_lost"
  | "internal";

const kAdvice: Record<Reason, string> = {
  invalid_argument: "Correct the argument that the message names.",
  not_found: "Use a path, name or id that exists; list what there is first.",
  permission_denied:
    "Use a path or socket that this user may use, or ask the operator.",
  resource_exhausted:
    "Wait until renders expire, remove some, or raise the daemon's limits.",
  too_large: "Ask for less: a smaller picture, fewer views or fewer voxels.",
  storage_failed:
    "Free space in the render directory, or ask for the picture inline.",
  unavailable: "Start goxel-daemon, or call again in a moment.",
  failed_precondition: "Open or create a scene first.",
  file_transfer_disabled:
    "The daemon makes no files; ask for the picture inline.",
  incompatible_protocol: "Use a client and a daemon of the same release.",
  render_failed: "Look into the daemon's log; try a smaller picture.",
  data_loss: "The file is damaged; use another copy, or render again.",
  timed_out: "Call again, or allow more time.",
  cancelled: "Nothing needs to be done.",
  connection_lost:
    "The daemon ended or was restarted: scenes that were not saved are gone. " +
    "Open the scene again, then repeat the call.",
  internal: "This is a defect of the daemon; its log has more.",
};

/** JSON-RPC's own errors have no reason on the wire. */
const kReasonsOfCodes: Record<number, Reason> = {
  [-32700]: "invalid_argument",
  [-32600]: "invalid_argument",
  [-32601]: "not_found",
  [-32602]: "invalid_argument",
};

export interface DaemonErrorDetails {
  /** The error's code on the wire; absent for errors of the client itself. */
  code?: number | undefined;
  /** `error.data` as the daemon sent it. */
  data?: Record<string, unknown> | undefined;
  /** Overrides the general advice for the reason. */
  advice?: string | undefined;
  cause?: unknown;
}

export class DaemonError extends Error {
  override readonly name = "DaemonError";
  readonly code: number | undefined;
  readonly data: Record<string, unknown>;
  /** What to do next, as a sentence for people and models. */
  readonly advice: string;

  constructor(
    readonly reason: Reason,
    message: string,
    details: DaemonErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
    this.code = details.code;
    this.data = details.data ?? {};
    this.advice = details.advice ?? kAdvice[reason];
  }

  /** The error in a reply. Unknown reasons, of later daemons, are internal. */
  static fromReply(error: unknown): DaemonError {
    const { code, message, data } = error as {
      code?: number;
      message?: string;
      data?: Record<string, unknown>;
    };
    const word = data?.["reason"];
    const reason =
      typeof word === "string" && word in kAdvice
        ? (word as Reason)
        : (kReasonsOfCodes[code ?? 0] ?? "internal");
    const hint = data?.["hint"];
    const text = message ?? "the daemon sent an error without a message";
    return new DaemonError(
      reason,
      typeof hint === "string" ? `${text} (${hint})` : text,
      { code, data },
    );
  }
}
