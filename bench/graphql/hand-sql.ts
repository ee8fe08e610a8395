/**
 * The least that can answer: a bare HTTP handler, the JSON made by PostgreSQL in one prepared statement for each
 * document, handed on as text. No schema, no validation, nobody checked. Ends with the process that started it.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import postgres from "postgres";

const sql = postgres(process.env.DATABASE_URL ?? "", {
  max: Number(process.env.POOL_SIZE),
  fetch_types: false,
  connection: { TimeZone: "UTC" },
});

interface Question {
  readonly operationName: string;
  readonly variables: { readonly memberId?: string; readonly after?: string };
}

type Answers = Readonly<Record<string, (variables: Question["variables"]) => Promise<readonly { json?: string }[]>>>;

const instant = (column: string) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const accounts = sql.unsafe(`coalesce((
  select json_agg(json_build_object('available', a.available::text, 'held', a.held::text, 'pending', a.pending::text,
    'program', json_build_object('code', p.code, 'name', p.name ->> 'en')) order by a.program_id)
  from alliance.accounts a join alliance.programs p using (program_id) where a.member_id = m.member_id), '[]')`);

const deliveries = sql.unsafe(`coalesce((
  select json_agg(json_build_object('deliveredAt', ${instant("d.delivered_at")}, 'lapsesAt', ${instant("d.lapses_at")},
    'offer', json_build_object('code', o.code, 'name', o.name ->> 'en', 'kind', o.kind,
      'merchant', json_build_object('code', c.code, 'name', c.name ->> 'en')))
    order by d.delivered_at desc, d.delivery_id desc)
  from (
    select * from alliance.offer_deliveries
    where member_id = m.member_id order by delivered_at desc, delivery_id desc limit 10) d
  join alliance.offers o using (offer_id)
  join alliance.merchants c on c.merchant_id = o.merchant_id), '[]')`);

const plainFields = sql.unsafe(`'status', m.status, 'locale', m.locale, 'joinedAt', ${instant("m.joined_at")},
  'createdAt', ${instant("m.created_at")}, 'updatedAt', ${instant("m.updated_at")}, 'revision', m.revision`);
const joinedAt = sql.unsafe(instant("m.joined_at"));

const answers: Answers = {
  Member: ({ memberId }) => sql`
    select json_build_object('data', json_build_object('member', (
      select json_build_object(${plainFields})
      from alliance.members m where m.member_id = ${memberId ?? null})))::text as json`,
  Screen: ({ memberId }) => sql`
    select json_build_object('data', json_build_object('member', (
      select json_build_object('accounts', ${accounts}, 'offerDeliveries', json_build_object('nodes', ${deliveries}))
      from alliance.members m where m.member_id = ${memberId ?? null})))::text as json`,
  List: ({ after }) => sql`
    select json_build_object('data', json_build_object('members', json_build_object('nodes', (
      select coalesce(json_agg(json_build_object('status', m.status, 'joinedAt', ${joinedAt}, 'accounts', ${accounts})
        order by m.member_id), '[]')
      from (select * from alliance.members where status <> 'MERGED' and member_id > ${after ?? null}
        order by member_id limit 50) m))))::text as json`,
};

const server = createServer((request, response) => {
  void bodyOf(request).then(async (body) => {
    const { operationName, variables } = JSON.parse(body) as Question;
    const [row] = (await answers[operationName]?.(variables)) ?? [];
    const text = row?.json ?? "";
    const headers = { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(text) };
    response.writeHead(200, headers).end(text);
  });
});

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => resolve(Buffer.concat(chunks).toString()));
  });
}

process.once("disconnect", () => process.exit(0));
server.listen(0, "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
