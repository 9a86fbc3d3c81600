-- A shop, a forum and a ledger that grew on MariaDB before anybody thought of entities.

-- The shop.
CREATE TABLE customers (
    id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    email varchar(200) NOT NULL,
    name varchar(100) NOT NULL,
    nickname varchar(50) COLLATE utf8mb4_bin COMMENT 'shown "in public"; it''s',
    credit decimal(12, 2) NOT NULL DEFAULT 0.00,
    settings json,
    born date,
    is_active tinyint(1) NOT NULL DEFAULT 1,
    level tinyint unsigned NOT NULL DEFAULT 3,
    created_at datetime(6) NOT NULL DEFAULT current_timestamp(6),
    updated_at timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
    UNIQUE KEY email (email),
    UNIQUE KEY one_nickname (nickname),
    KEY by_name (name(20), created_at DESC),
    CONSTRAINT credit_is_no_debt CHECK (credit >= 0)
) COMMENT = 'who buys; 谁';
CREATE TABLE products (
    sku char(8) NOT NULL PRIMARY KEY,
    title varchar(200) NOT NULL,
    price decimal(10, 2) NOT NULL,
    weight float,
    price_with_tax decimal(12, 2) AS (price * 1.19) STORED,
    picture mediumblob,
    external_id varchar(36) NOT NULL DEFAULT uuid(),
    made_in year,
    FULLTEXT KEY words (title)
);
CREATE TABLE categories (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    parent_id int,
    title varchar(50) NOT NULL,
    position smallint NOT NULL DEFAULT -1,
    UNIQUE KEY parent_id (parent_id, title),
    CONSTRAINT categories_parent FOREIGN KEY (parent_id) REFERENCES categories (id) ON DELETE CASCADE
);
CREATE TABLE product_categories (
    product_sku char(8) NOT NULL,
    category_id int NOT NULL,
    PRIMARY KEY (product_sku, category_id),
    CONSTRAINT of_product FOREIGN KEY (product_sku) REFERENCES products (sku) ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT of_category FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE CASCADE
);
CREATE TABLE orders (
    id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer_id bigint unsigned NOT NULL,
    status enum('new', 'paid', 'in transit', '已退款') NOT NULL DEFAULT 'new',
    wishes set('gift', 'express') DEFAULT 'gift',
    note text DEFAULT 'it''s "urgent"; \\ -- no',
    flags bit(4) NOT NULL DEFAULT b'0',
    placed_at datetime(3) NOT NULL,
    KEY orders_customer (customer_id, placed_at),
    FOREIGN KEY (customer_id) REFERENCES customers (id)
) ROW_FORMAT = COMPRESSED;
CREATE TABLE order_lines (
    order_id bigint unsigned NOT NULL,
    line smallint NOT NULL,
    product_sku char(8) NOT NULL,
    quantity int NOT NULL DEFAULT 1 CHECK (quantity > 0),
    price decimal(12, 2) NOT NULL,
    PRIMARY KEY (order_id, line),
    KEY sold (product_sku),
    CONSTRAINT order_lines_of_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
    CONSTRAINT order_lines_of_product FOREIGN KEY (product_sku) REFERENCES products (sku)
);
CREATE TABLE shipments (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    order_id bigint unsigned NOT NULL,
    line smallint NOT NULL,
    sent_on date,
    place point,
    FOREIGN KEY (order_id, line) REFERENCES order_lines (order_id, line)
);
CREATE TRIGGER order_lines_price BEFORE INSERT ON order_lines FOR EACH ROW SET NEW.price = coalesce(NEW.price, (SELECT price FROM products WHERE sku = NEW.product_sku));

-- The forum.
CREATE TABLE `用户` (
    `编号` int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `名字` varchar(50) NOT NULL COMMENT '显示的名字',
    `type` varchar(10) NOT NULL DEFAULT 'reader',
    `Last Seen` datetime,
    UNIQUE KEY `名字` (`名字`)
);
CREATE TABLE threads (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    author int NOT NULL,
    moderator int,
    title varchar(200) NOT NULL,
    first_post int,
    CONSTRAINT threads_author FOREIGN KEY (author) REFERENCES `用户` (`编号`) ON DELETE CASCADE,
    CONSTRAINT threads_moderator FOREIGN KEY (moderator) REFERENCES `用户` (`编号`) ON DELETE SET NULL
);
CREATE TABLE posts (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    thread int NOT NULL,
    author int NOT NULL,
    answers int,
    body longtext NOT NULL,
    CONSTRAINT posts_thread FOREIGN KEY (thread) REFERENCES threads (id) ON DELETE CASCADE,
    CONSTRAINT posts_author FOREIGN KEY (author) REFERENCES `用户` (`编号`),
    CONSTRAINT posts_answers FOREIGN KEY (answers) REFERENCES posts (id) ON DELETE SET NULL
);
ALTER TABLE threads ADD CONSTRAINT threads_first_post FOREIGN KEY (first_post) REFERENCES posts (id);
CREATE VIEW busy_threads AS
    SELECT t.id, t.title, count(p.id) AS posts FROM threads t JOIN posts p ON p.thread = t.id GROUP BY t.id;

-- The ledger.
CREATE SEQUENCE invoice_numbers START WITH 1000;
CREATE TABLE accounts (
    code varchar(10) NOT NULL PRIMARY KEY,
    title text NOT NULL,
    kind varchar(10) NOT NULL CHECK (kind IN ('asset', 'debt', 'income', 'cost'))
) DEFAULT CHARSET = latin1;
CREATE TABLE entries (
    id bigint NOT NULL AUTO_INCREMENT,
    booked_on date NOT NULL,
    account varchar(10) NOT NULL,
    amount decimal(14, 2) NOT NULL,
    PRIMARY KEY (id, booked_on)
) PARTITION BY RANGE (year(booked_on))
    (PARTITION y2025 VALUES LESS THAN (2026), PARTITION rest VALUES LESS THAN MAXVALUE);
CREATE TABLE imports (
    file varchar(100) NOT NULL,
    line int NOT NULL,
    content json
);
CREATE FUNCTION with_tax(amount decimal(12, 2)) RETURNS decimal(12, 2) DETERMINISTIC NO SQL RETURN amount * 1.19;
CREATE PROCEDURE forget(customer bigint(20)) DELETE FROM customers WHERE id = customer;
