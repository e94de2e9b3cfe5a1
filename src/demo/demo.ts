/**
 * The demo: an operator to play with, a guide, a nats-server and clients. Command line:
 * `demo [--with-nats-server]` makes it, serves it with {@link Demo.systemCredsFile} and prints {@link demoGuide};
 * `demo --change` calls {@link changeDemoAccount} and `demo --client app|guest` {@link connectDemoClient}, both on
 * {@link openDemo}, which leaves the addresses of the running demo alone.
 */
export { changeDemoAccount, type DemoChange } from './change.js';
export { connectDemoClient, type DemoClient, type Print } from './client.js';
export { createDemo, type Demo, openDemo } from './demo-directory.js';
export { DemoError } from './demo-error.js';
export { demoGuide, type GuideContext } from './guide.js';
export { DEMO_ADDRESSES, DEMO_NAMES, type DemoAddresses, type DemoUser } from './layout.js';
export { type DemoNatsServer, runDemoNatsServer } from './nats-server.js';
export { showUpdateArriving } from './show.js';
