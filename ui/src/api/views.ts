// The API's shapes under the names the interface uses. All of them come from the API document.
import type { components, paths as knownPaths } from "./schema.gen";

type Schemas = components["schemas"];

export type Country = Schemas["Country"];
export type Department = Schemas["Department"];
export type Duplicate = Schemas["DuplicateView"];
export type ErasureRow = Schemas["ErasureView"];
export type AuditRow = Schemas["AuditView"];
export type Facility = Schemas["FacilityView"];
/** A search hit; a kind this version does not know is shown but leads nowhere. */
export type Hit = Schemas["HitView"];
export type Job = Schemas["JobView"];
export type Language = Schemas["Language"];
export type Login = Schemas["LoginView"];
export type MailSettings = Schemas["MailView"];
export type Me = Schemas["MeView"];
export type Notice = Schemas["NoticeView"];
export type Organisation = Schemas["Organisation"];
export type PasswordPolicy = Schemas["PasswordPolicy"];
export type PasswordPolicySettings = Schemas["PolicyView"];
export type Permission = Schemas["Permission"];
export type Person = Schemas["PersonView"];
export type PersonUnit = Schemas["TenancyView"];
export type PersonView = NonNullable<
  NonNullable<knownPaths["/persons"]["get"]["parameters"]["query"]>["view"]
>;
export type Role = Schemas["Role"];
export type Scope = Schemas["ScopeInput"];
export type SignIn = Schemas["SignInView"];
export type Staff = Schemas["StaffView"];
export type TodoItem = Schemas["TodoView"];
export type Unit = Schemas["UnitView"];
export type UnitKind = Schemas["UnitKind"];

/** A page of a keyset list; the total comes with the first. */
export interface Page<Item> {
  items: Item[];
  next?: string | null;
  total?: Schemas["Total"] | null;
}

type None = Record<never, never>;
type Params<Q, P> = { query?: Q } & (keyof P extends never ? { path?: never } : { path: P });
type Answer<R> = { 200: { headers: Record<string, unknown>; content: { "application/json": R } } };
type Get<R, Q = None, P = None> = { parameters: Params<Q, P>; responses: Answer<R> };
type Body<B, R, P = None> = {
  parameters: Params<None, P>;
  requestBody: { content: { "application/json": B } };
  responses: Answer<R>;
};
type Plain<R, P = None> = { parameters: Params<None, P>; responses: Answer<R> };
type Id = { id: string };
export type ImportBatch = {
  id: string;
  facilityId: string;
  fileName: string;
  state: "draft" | "committing" | "committed" | "undoing" | "undone" | "failed";
  createdAt: string;
  createdBy?: string | null;
  encoding: string;
  delimiter: string;
  dateOrder: string;
  columns: { name: string; samples: string[]; field?: string | null }[];
  preview: Record<string, string>[];
  faults: { row: number; column?: string | null; code: string; value?: string | null }[];
  faultCount: number;
  counts: {
    create: number;
    update: number;
    unchanged: number;
    skipped: number;
    units: number;
    logins: number;
  };
  undoable?: boolean;
  rowVersion: number;
};

/** Imports, until the API document describes them. */
interface ComingPaths {
  "/imports": { get: Get<{ items: ImportBatch[] }> };
  "/imports/{id}": { get: Get<ImportBatch, None, Id> };
  "/imports/{id}/mapping": {
    put: Body<
      { columns: (string | null)[]; encoding?: string; delimiter?: string; dateOrder?: string },
      ImportBatch,
      Id
    >;
  };
  "/imports/{id}/commit": { post: Plain<Job, Id> };
  "/imports/{id}/undo": { post: Plain<Job, Id> };
}

export type paths = knownPaths & ComingPaths;
