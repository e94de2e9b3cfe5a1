/** Every error of the API: its stable code, and the status that goes with it. `docs/http-api.md` says what each means. */
export const API_ERRORS = {
  'admin.token_wrong': 401,
  'admin.token_not_set': 403,
  'admin.not_local': 403,
  'query.invalid': 400,
  'account.unknown': 404,
  'path.unknown': 404,
  'method.not_allowed': 405,
  internal: 500,
} as const;

/** One of {@link API_ERRORS}. */
export type ApiErrorCode = keyof typeof API_ERRORS;

/** Why a request of the API is refused. */
export interface ApiProblem {
  readonly code: ApiErrorCode;
  /** A sentence for a person. */
  readonly message: string;
}
