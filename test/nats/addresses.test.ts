import { expect, test } from 'vitest';
import { readAddresses } from '../../src/nats/addresses.js';

test.each(['s3cret', 's3/cret', 's3@cret', '@s3cret', '?s3#cret', 's3\ncret'])(
  'an address that cannot be used is quoted without its password: %s',
  (password) => {
    const reading = () => readAddresses([`ftp://user:${password}@host:1`]);
    expect(reading).toThrow(/"ftp:\/\/host:1" is no address/);
  },
);
