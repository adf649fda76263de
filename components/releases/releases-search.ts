import { addressOf, idOf, oneOf, type SearchParams, segment, textOf } from "@/components/portal/address";
import type { ListReleases } from "@/domain/releases/input";
import { RELEASE_STATES, type ReleaseState } from "@/domain/releases/release-states";

export type ReleasesAddress = {
  state: ReleaseState;
  productKey?: string | undefined;
  repositoryKey?: string | undefined;
  version?: string | undefined;
  before?: string | undefined;
};

export function readReleasesSearch(params: SearchParams): ReleasesAddress {
  return {
    state: oneOf(params, "state", RELEASE_STATES) ?? "all",
    productKey: textOf(params, "product"),
    repositoryKey: textOf(params, "repository"),
    version: textOf(params, "version"),
    before: idOf(params, "before"),
  };
}

export function releasesInput(address: ReleasesAddress): ListReleases {
  const { state, productKey, repositoryKey, version, before } = address;
  return {
    state,
    limit: 50,
    ...(productKey ? { productKey } : {}),
    ...(repositoryKey ? { repositoryKey } : {}),
    ...(version ? { version } : {}),
    ...(before ? { before } : {}),
  };
}

export function releasesHref(address: ReleasesAddress): string {
  const { state, productKey, repositoryKey, version, before } = address;
  return addressOf("/releases", {
    state: state === "all" ? undefined : state,
    product: productKey,
    repository: repositoryKey,
    version,
    before,
  });
}

export function releaseHref(repositoryKey: string, version: string): string {
  return `/releases/${segment(repositoryKey)}/${segment(version)}`;
}
