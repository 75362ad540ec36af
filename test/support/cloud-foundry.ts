import { startTestNats, StubCloudController, StubUaa, type TestNats, type TokenHolder } from '@heddle/testing';
import { TestControlPlane } from './control-plane';

/** A control plane in a Cloud Foundry: with a UAA and a Cloud Controller that stand in for the real ones. */
export class TestCloudFoundry {
  private readonly planes: TestControlPlane[] = [];

  private constructor(
    readonly nats: TestNats,
    readonly uaa: StubUaa,
    readonly cloudController: StubCloudController,
  ) {}

  static async start(): Promise<TestCloudFoundry> {
    const uaa = await StubUaa.start();
    const cloudController = await StubCloudController.start((token) => uaa.isServiceToken(token));
    return new TestCloudFoundry(await startTestNats(), uaa, cloudController);
  }

  /** Starts one more control plane on the same log. */
  async startControlPlane(environment: Record<string, string> = {}, databaseUrl?: string): Promise<TestControlPlane> {
    const plane = await TestControlPlane.start(this.nats, databaseUrl, undefined, {
      HEDDLE_UAA_URL: this.uaa.url,
      HEDDLE_UAA_CLIENT: StubUaa.client.id,
      HEDDLE_UAA_CLIENT_SECRET: StubUaa.client.secret,
      HEDDLE_CC_URL: this.cloudController.url,
      ...environment,
    });
    this.planes.push(plane);
    return plane;
  }

  /** A token of UAA. */
  token(holder: TokenHolder): Promise<string> {
    return this.uaa.issue(holder);
  }

  async stop(): Promise<void> {
    for (const plane of this.planes) await plane.stop();
    await this.cloudController.stop();
    await this.uaa.stop();
    await this.nats.stop();
  }
}
