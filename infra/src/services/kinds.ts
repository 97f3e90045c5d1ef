import { engineAnswers, engineServer, engineUrl } from '../engine.ts';
import type { Home } from '../home.ts';
import { postgresServer, postgresUrl, postgresVersion } from '../postgres/server.ts';
import { serverTitles } from '../servers/record.ts';
import type { ServerRecord } from '../servers/record.ts';
import type { ServerSpec } from '../servers/server.ts';
import { namespace, temporalVersion } from '../temporal/connection.ts';
import { ensureSearchAttributes, lackingSearchAttributes } from '../temporal/search-attributes.ts';
import { temporalAddress, temporalServer, temporalUiUrl } from '../temporal/server.ts';

/** Where clients find each server. `source` says where it came from: a setting, the PATH, a package. */
export interface Services {
  readonly postgres: {
    /** Connection string of a superuser, password included. */
    readonly url: string;
    readonly source: string;
    readonly version: string;
  };
  readonly temporal: {
    /** `host:port`. */
    readonly address: string;
    /** Null for a server that a setting names: only its owner knows. */
    readonly uiUrl: string | null;
    readonly namespace: string;
    readonly source: string;
    readonly version: string;
  };
  readonly engine: { readonly url: string; readonly source: string };
}
export type ServiceName = keyof Services;

/** One service: how a setting names somebody else's, and how ours is run. */
export interface ServiceKind<T> {
  /** As people call it. */
  readonly part: string;
  /** Environment variable that names a server of the reader's own. */
  readonly setting: string;
  /** What the setting's value names, or null when it does not answer. */
  external(value: string): Promise<T | null>;
  /** Sets what a server of somebody else lacks; in a few words what is lost where it does not let us. */
  settleExternal?(service: T): Promise<string | null>;
  /** What it lacks, and the command with which its owner sets it; null when nothing is missing. */
  lacks?(service: T): Promise<{ state: string; remedy: string } | null>;
  server(home: Home, anyPort: boolean): ServerSpec | Promise<ServerSpec>;
  fromRecord(record: ServerRecord): Promise<T>;
}

export const serviceKinds: { readonly [Name in ServiceName]: ServiceKind<Services[Name]> } = {
  postgres: {
    part: serverTitles.postgres,
    setting: 'DATABASE_URL',
    server: postgresServer,
    async external(url) {
      const version = await postgresVersion(url);
      return version === null ? null : { url, source: this.setting, version };
    },
    async fromRecord(record) {
      const { source, version } = record;
      return { url: await postgresUrl(record), source, version };
    },
  },
  temporal: {
    part: serverTitles.temporal,
    setting: 'TEMPORAL_ADDRESS',
    server: temporalServer,
    async external(address) {
      const version = await temporalVersion(address);
      const source = this.setting;
      return version === null ? null : { address, uiUrl: null, namespace, source, version };
    },
    settleExternal: (service) =>
      ensureSearchAttributes(service).then(
        () => null,
        () => 'list filters find no runs: see npm run ace -- doctor',
      ),
    lacks: lackingSearchAttributes,
    fromRecord(record) {
      const { source, version } = record;
      const [address, uiUrl] = [temporalAddress(record), temporalUiUrl(record)];
      return Promise.resolve({ address, uiUrl, namespace, source, version });
    },
  },
  engine: {
    part: serverTitles.engine,
    setting: 'ACE_ENGINE_URL',
    server: engineServer,
    async external(url) {
      return (await engineAnswers(url)) ? { url, source: this.setting } : null;
    },
    fromRecord: (record) => Promise.resolve({ url: engineUrl(record), source: record.source }),
  },
};

export const serviceNames = Object.keys(serviceKinds) as readonly ServiceName[];
