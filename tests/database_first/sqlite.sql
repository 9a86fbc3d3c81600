-- A shop, a forum and a ledger that grew on SQLite before anybody thought of entities.

-- The shop.
CREATE TABLE customers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email VARCHAR(200) NOT NULL UNIQUE,
    name VARCHAR(100) NOT NULL COLLATE NOCASE,
    nickname TEXT,
    credit NUMERIC(12, 2) NOT NULL DEFAULT 0,
    settings JSON,
    born DATE,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT (strftime('%Y-%m-%d %H:%M:%S', 'now')),
    CONSTRAINT credit_is_no_debt CHECK (credit >= 0)
);
CREATE UNIQUE INDEX customers_nickname ON customers (lower(nickname));
CREATE INDEX customers_active ON customers (created_at DESC) WHERE is_active;
CREATE TRIGGER customers_touch AFTER UPDATE OF name ON customers BEGIN
    UPDATE customers SET updated_at = '2025-01-01' WHERE id = NEW.id;
END;
CREATE TABLE products (
    sku CHAR(8) PRIMARY KEY NOT NULL,
    title VARCHAR(200) NOT NULL,
    price REAL NOT NULL CHECK (price > 0),
    price_with_tax REAL AS (price * 1.19) STORED,
    picture BLOB,
    external_id TEXT CONSTRAINT one_external UNIQUE
) WITHOUT ROWID;
CREATE TABLE categories (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES categories (id) ON DELETE CASCADE,
    title VARCHAR(50) NOT NULL,
    position SMALLINT NOT NULL DEFAULT -1,
    UNIQUE (parent_id, title)
);
CREATE TABLE product_categories (
    product_sku CHAR(8) NOT NULL REFERENCES products (sku) ON UPDATE CASCADE ON DELETE CASCADE,
    category_id INTEGER NOT NULL REFERENCES categories (id) ON DELETE CASCADE,
    PRIMARY KEY (product_sku, category_id)
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'paid', 'in transit', '已退款')),
    note TEXT DEFAULT 'it''s "urgent"; \ -- no',
    placed_at DATETIME NOT NULL
);
CREATE INDEX orders_customer ON orders (customer_id, placed_at);
CREATE TABLE order_lines (
    order_id INTEGER NOT NULL CONSTRAINT of_order REFERENCES orders (id) ON DELETE CASCADE,
    line SMALLINT NOT NULL,
    product_sku CHAR(8) NOT NULL REFERENCES products (sku) DEFERRABLE INITIALLY DEFERRED,
    quantity INTEGER NOT NULL DEFAULT 1,
    price NUMERIC(12, 2) NOT NULL,
    CONSTRAINT order_lines_key PRIMARY KEY (order_id, line)
);
CREATE TABLE shipments (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,
    line SMALLINT NOT NULL,
    sent_on DATE,
    FOREIGN KEY (order_id, line) REFERENCES order_lines (order_id, line)
);

-- The forum.
CREATE TABLE "用户" (
    "编号" INTEGER PRIMARY KEY,
    "名字" VARCHAR(50) NOT NULL UNIQUE,
    "type" VARCHAR(10) NOT NULL DEFAULT 'reader',
    "Last Seen" DATETIME
);
CREATE TABLE threads (
    id INTEGER PRIMARY KEY,
    author INTEGER NOT NULL REFERENCES "用户" ("编号") ON DELETE CASCADE,
    moderator INTEGER REFERENCES "用户" ("编号") ON DELETE SET NULL,
    title VARCHAR(200) NOT NULL,
    first_post INTEGER REFERENCES posts (id)
);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    thread INTEGER NOT NULL REFERENCES threads (id) ON DELETE CASCADE,
    author INTEGER NOT NULL REFERENCES "用户" ("编号"),
    answers INTEGER REFERENCES posts (id) ON DELETE SET NULL,
    body TEXT NOT NULL
);
CREATE INDEX posts_thread ON posts (thread);
CREATE VIEW busy_threads AS
    SELECT t.id, t.title, count(p.id) AS posts FROM threads t JOIN posts p ON p.thread = t.id GROUP BY t.id;
CREATE VIRTUAL TABLE search USING fts5(body, tokenize = 'porter');

-- The ledger.
CREATE TABLE accounts (
    code TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('asset', 'debt', 'income', 'cost'))
) STRICT, WITHOUT ROWID;
CREATE TABLE entries (
    id INTEGER NOT NULL,
    booked_on DATE NOT NULL,
    account TEXT NOT NULL REFERENCES accounts (code),
    amount NUMERIC(14, 2) NOT NULL,
    PRIMARY KEY (id, booked_on)
);
CREATE TABLE imports (file TEXT NOT NULL, row_number INTEGER NOT NULL, content);
