/* A database in memory: inserts, an index, joins, aggregates and text, so that the interpreter and the B-tree are what is measured. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static int print(void *unused, int columns, char **values, char **names) {
  (void)unused;
  (void)names;
  for (int i = 0; i < columns; i++) printf("%s%s", i ? "|" : "", values[i] ? values[i] : "");
  printf("\n");
  return 0;
}

static void run(sqlite3 *db, const char *sql) {
  char *message = 0;
  if (sqlite3_exec(db, sql, print, 0, &message) != SQLITE_OK) {
    printf("%s: %s\n", sql, message);
    exit(1);
  }
}

int main(void) {
  sqlite3 *db;
  if (sqlite3_open(":memory:", &db) != SQLITE_OK) return 1;
  run(db, "create table t(a integer primary key, b integer, c text); begin;");
  sqlite3_stmt *insert;
  if (sqlite3_prepare_v2(db, "insert into t(b, c) values(?, ?)", -1, &insert, 0) != SQLITE_OK) return 1;
  unsigned seed = 1;
  for (int i = 0; i < 150000; i++) {
    char text[32];
    seed = seed * 1103515245u + 12345u;
    snprintf(text, sizeof text, "row %u", seed >> 8);
    sqlite3_bind_int(insert, 1, (int)(seed >> 16) % 5000);
    sqlite3_bind_text(insert, 2, text, -1, SQLITE_TRANSIENT);
    if (sqlite3_step(insert) != SQLITE_DONE) return 1;
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  run(db, "commit; create index tb on t(b);");
  run(db, "select count(*), sum(b), min(c), max(c) from t;");
  run(db, "select b, count(*) n from t group by b order by n desc, b limit 5;");
  run(db, "select count(*) from t x join t y on x.b = y.b where x.a < 3000;");
  run(db, "select sum(length(replace(upper(c), 'ROW', 'line'))) from t where c like '%77%';");
  run(db, "update t set c = c || b where b % 7 = 0; delete from t where b % 11 = 0; select count(*), sum(length(c)) from t;");
  return sqlite3_close(db) != SQLITE_OK;
}
