/**
 * Loaded into a process before its own code: kills it at a statement to its database, as the file in `DEADLY_ORDER` says, which
 * `deadly-statements.ts` writes. Neither the process nor the database knows of it.
 */
const { readFileSync } = require('node:fs');

let passed = 0;

/** When the process dies with this statement, if it does: its words have come, and before it those of others, in their order. */
function verdictOn(sql) {
  let order;
  try {
    order = JSON.parse(readFileSync(process.env.DEADLY_ORDER, 'utf8'));
  } catch {
    return undefined;
  }
  if (!sql.includes(order.words[passed])) return undefined;
  passed++;
  return passed === order.words.length ? order.when : undefined;
}

const die = () => process.kill(process.pid, 'SIGKILL');

/** @param finished what a result is once the statement was carried out */
function run(sql, statement, finished) {
  const when = verdictOn(sql);
  if (when === undefined) return statement();
  if (when === 'before') die();
  const result = statement();
  if (when === 'amid') die();
  return Promise.resolve(result).then(finished).then(die);
}

const { Client } = require('pg');
const { query } = Client.prototype;
Client.prototype.query = function (...parameters) {
  const [config] = parameters;
  return run(String(config.text ?? config), () => query.apply(this, parameters));
};

const Database = require('libsql/promise');
const { prepare } = Database.prototype;
Database.prototype.prepare = async function (sql) {
  const statement = await prepare.call(this, sql);
  const { iterate } = statement;
  statement.iterate = (...parameters) =>
    run(
      sql,
      () => iterate.apply(statement, parameters),
      (rows) => [...rows],
    );
  return statement;
};
