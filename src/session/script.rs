//! The steps of a session's life, each a script.
//!
//! KEYS: the session (hash), the users' epochs (hash), the tag's index (sorted set: id by expiry).
//! ARGV: milliseconds that the server's clock is moved by (0 but in tests), the replication id of the
//! primary that the revocations were replayed to (empty where there is no log), then the step's own.
//!
//! A session lives while its epoch is its user's: revoking them all is one `HDEL`, which a server without
//! memory can still do. Where the epoch is gone, so are the sessions.

use std::sync::LazyLock;

use crate::redis::Script;

macro_rules! script {
    ($text:literal) => {
        LazyLock::new(|| Script::new(concat!(
r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
local function ms(number) return string.format('%.0f', number) end
if ARGV[2] ~= '' then
  local id = string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)')
  if id ~= ARGV[2] then return {'primary', id} end
end
local function bury(key, id)
  redis.call('UNLINK', key)
  redis.call('ZREM', KEYS[3], id)
end
-- user, epoch, created, seen, idle, expires, ends, device, address
local function living(key)
  local s = redis.call('HMGET', key, 'user', 'epoch', 'created', 'seen', 'idle', 'expires', 'ends', 'device', 'address')
  if not s[1] or not s[2] or now >= tonumber(s[6]) then return nil end
  if redis.call('HGET', KEYS[2], s[1]) ~= s[2] then return nil end
  return s
end
",
            $text
        )))
    };
}

type Lazy = LazyLock<Script>;

/// ARGV: id, user, new epoch, idle ms, absolute ms, device, address, most sessions (0: any), the session keys' prefix.
pub(super) static CREATE: Lazy = script!(
    r"
local id, user = ARGV[3], ARGV[4]
local known = living(KEYS[1])
if known then return {'created', known} end
if redis.call('EXISTS', KEYS[1]) == 1 then return {'taken'} end
redis.call('HSETNX', KEYS[2], user, ARGV[5])
local epoch = redis.call('HGET', KEYS[2], user)
local ends = now + tonumber(ARGV[7])
local expires = math.min(now + tonumber(ARGV[6]), ends)
redis.call('HSET', KEYS[1], 'user', user, 'epoch', epoch, 'created', ms(now), 'seen', ms(now), 'idle', ARGV[6],
  'expires', ms(expires), 'ends', ms(ends), 'device', ARGV[8], 'address', ARGV[9])
redis.call('PEXPIRE', KEYS[1], ms(expires - now))
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ms(now))
redis.call('ZADD', KEYS[3], ms(expires), id)
for i = 2, 3 do
  if redis.call('PTTL', KEYS[i]) < ends - now then redis.call('PEXPIRE', KEYS[i], ms(ends - now)) end
end
local most = tonumber(ARGV[10])
if most > 0 then
  local mine = {}
  for _, one in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
    local s = living(ARGV[11] .. one)
    if s and s[1] == user then mine[#mine + 1] = {one, tonumber(s[4]), one == id and 1 or 0} end
  end
  table.sort(mine, function(a, b)
    if a[3] ~= b[3] then return a[3] < b[3] end
    if a[2] ~= b[2] then return a[2] < b[2] end
    return a[1] < b[1]
  end)
  for i = 1, #mine - most do bury(ARGV[11] .. mine[i][1], mine[i][1]) end
end
return {'created', living(KEYS[1])}"
);

/// ARGV: id, address (empty keeps the last).
pub(super) static TOUCH: Lazy = script!(
    r"
local s = living(KEYS[1])
if not s then bury(KEYS[1], ARGV[3]) return {'none'} end
local expires = math.max(tonumber(s[6]), math.min(now + tonumber(s[5]), tonumber(s[7])))
s[4], s[6] = ms(now), ms(expires)
if ARGV[4] ~= '' then s[9] = ARGV[4] end
redis.call('HSET', KEYS[1], 'seen', s[4], 'expires', s[6], 'address', s[9])
redis.call('PEXPIRE', KEYS[1], ms(expires - now))
redis.call('ZADD', KEYS[3], 'XX', s[6], ARGV[3])
return {'session', s}"
);

/// ARGV: id, milliseconds that it shall live from now at least.
pub(super) static EXTEND: Lazy = script!(
    r"
local s = living(KEYS[1])
if not s then bury(KEYS[1], ARGV[3]) return {'none'} end
local expires = math.max(tonumber(s[6]), math.min(now + tonumber(ARGV[4]), tonumber(s[7])))
s[4], s[6] = ms(now), ms(expires)
redis.call('HSET', KEYS[1], 'seen', s[4], 'expires', s[6])
redis.call('PEXPIRE', KEYS[1], ms(expires - now))
redis.call('ZADD', KEYS[3], 'XX', s[6], ARGV[3])
return {'session', s}"
);

/// KEYS[4]: the new session. ARGV: id, new id.
pub(super) static ROTATE: Lazy = script!(
    r"
local s = living(KEYS[1])
if not s then
  -- Sent twice: the first time did it.
  local new = living(KEYS[4])
  if new and redis.call('HGET', KEYS[4], 'was') == ARGV[3] then return {'session', new} end
  bury(KEYS[1], ARGV[3])
  return {'none'}
end
if redis.call('EXISTS', KEYS[4]) == 1 then return {'taken'} end
redis.call('ZADD', KEYS[3], s[6], ARGV[4])
redis.call('HSET', KEYS[1], 'was', ARGV[3], 'seen', ms(now))
redis.call('RENAME', KEYS[1], KEYS[4])
redis.call('ZREM', KEYS[3], ARGV[3])
s[4] = ms(now)
return {'session', s}"
);

/// ARGV: id.
pub(super) static SHOW: Lazy = script!(
    r"
local s = living(KEYS[1])
if not s then return {'none'} end
return {'session', s}"
);

/// ARGV: id. Needs no memory.
pub(super) static REVOKE: Lazy = script!(
    r"
local s = living(KEYS[1])
bury(KEYS[1], ARGV[3])
return {s and 'revoked' or 'none'}"
);

/// ARGV: user. Gives the epoch at which the user stands.
pub(super) static EPOCH: Lazy =
    script!("return {'epoch', redis.call('HGET', KEYS[2], ARGV[3]) or ''}");

/// Ends every session of the user at once. ARGV: user, the epoch that ends (only that one). Needs no memory.
pub(super) static REVOKE_ALL: Lazy = script!(
    r"
if redis.call('HGET', KEYS[2], ARGV[3]) ~= ARGV[4] then return {'none'} end
redis.call('HDEL', KEYS[2], ARGV[3])
return {'revoked'}"
);

/// Looks at a part of the index. ARGV: from, to, the session keys' prefix, 1 to remove who is dead.
pub(super) static LIST: Lazy = script!(
    r"
local found, dead = {}, {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[3], ARGV[3], ARGV[4])) do
  local s = living(ARGV[5] .. id)
  if s then found[#found + 1] = {id, s} else dead[#dead + 1] = id end
end
if ARGV[6] == '1' then
  for _, id in ipairs(dead) do bury(ARGV[5] .. id, id) end
end
return {'list', found, #dead}"
);
