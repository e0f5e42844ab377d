"""Carries TCP ports to other hosts, as `forward.py 8081=alb:80 ...`; needs Python alone."""

# ruff: noqa: INP001, T201  a program that is run by its path, and speaks to people

import asyncio
import sys


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        writer.close()  # one side went away, so the other need not wait for it
    else:
        writer.write_eof()


async def _listen(port: int, host: str, target_port: int) -> None:
    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # The name is resolved for each connection, so tasks that come and go are followed.
            there_reader, there_writer = await asyncio.open_connection(host, target_port)
        except OSError as error:
            print(f"{host}:{target_port}: {error}", file=sys.stderr, flush=True)
            writer.close()
            return
        await asyncio.gather(
            _copy(reader, there_writer), _copy(there_reader, writer), return_exceptions=True
        )
        there_writer.close()
        writer.close()

    server = await asyncio.start_server(carry, port=port)
    await server.serve_forever()


async def _main(forwards: list[str]) -> None:
    async with asyncio.TaskGroup() as tasks:
        for forward in forwards:
            port, target = forward.split("=")
            host, target_port = target.split(":")
            tasks.create_task(_listen(int(port), host, int(target_port)))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1:]))
