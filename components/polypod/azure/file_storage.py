"""Azure Files: shares that containers mount."""

from collections.abc import Mapping
from typing import TypedDict

import pulumi

from polypod.azure.adopted import adopted
from polypod.azure.functions import answer
from polypod.azure.names import group_name, unique_name

_LONGEST_NAME = 24


def account_name(name: str, resource_group_id: str) -> str:
    """The name of the storage account of a `FileStorage`.

    Args:
        name: The name of the component.
        resource_group_id: The ID of its resource group.
    """
    return unique_name(name, resource_group_id, _LONGEST_NAME)


class FileStorageArgs(TypedDict):
    """The location of the shares, and the size of each."""

    resource_group_id: pulumi.Input[str]
    location: pulumi.Input[str]
    shares: Mapping[str, int]


class FileStorage(pulumi.ComponentResource):
    """A storage account with file shares.

    Args:
        name: The name of the component; the names of everything it makes start with it.
        args: The ID of its resource group, its region, and the size of each share in GiB (1 to 102400) by its name:
            3 to 63 small letters, digits and single hyphens.
        opts: Pulumi's resource options. ``retain_on_delete`` holds for the account and every share; their resource
            group needs it too. Where its ID is a plain text, what an earlier stack kept is found again.

    Attributes:
        new_shares: The names of the shares that were not found, and so start empty.
    """

    account: pulumi.Output[str]
    """The name of the storage account, known once its shares are there."""

    key: pulumi.Output[str]
    """The key of the account, a secret."""

    def __init__(self, name: str, args: FileStorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("polypod:azure:FileStorage", name, None, opts)
        from pulumi_azure_native import storage

        scope = args["resource_group_id"]
        group_id = pulumi.Output.from_input(scope)
        group = group_id.apply(group_name)
        keeps = bool(opts and opts.retain_on_delete)
        plain = scope if keeps and isinstance(scope, str) else None
        known_name = plain and account_name(name, plain)
        account_id = plain and f"{plain}/providers/Microsoft.Storage/storageAccounts/{known_name}"
        there = {"resource_group_name": plain and group_name(plain), "account_name": known_name}
        account = storage.StorageAccount(
            name,
            resource_group_name=group,
            account_name=group_id.apply(lambda scope: account_name(name, scope)),
            location=args["location"],
            kind=storage.Kind.STORAGE_V2,
            sku=storage.SkuArgs(name=storage.SkuName.STANDARD_LRS),
            minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
            enable_https_traffic_only=True,
            allow_blob_public_access=False,
            allow_shared_key_access=True,  # the only way in which container instances mount a share
            opts=adopted(self, account_id, storage.get_storage_account, there, keeps=keeps),
        )
        made, new = [], []
        for share, size in args["shares"].items():
            share_id = account_id and f"{account_id}/fileServices/default/shares/{share}"
            options = adopted(self, share_id, storage.get_file_share, {**there, "share_name": share}, keeps=keeps)
            new += [] if options.import_ else [share]
            resource = storage.FileShare(
                f"{name}-{share}",
                resource_group_name=group,
                account_name=account.name,
                share_name=share,
                share_quota=size,
                opts=options,
            )
            made.append(resource.id)
        self.new_shares = frozenset(new)
        arguments = {"resourceGroupName": group, "accountName": account.name}
        keys = answer("azure-native:storage:listStorageAccountKeys", arguments, self)
        self.account = pulumi.Output.all(account.name, *made).apply(lambda known: str(known[0]))
        self.key = keys.apply(lambda found: str(found["keys"][0]["value"]))
        self.register_outputs({"account": self.account, "key": self.key})
